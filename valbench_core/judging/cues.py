"""The words by which an answer shows where it stands, as families of patterns over plain words.

A sentence is matched in the form `plain_words` gives it. What the cues add up to is left to `reading.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FULL_FORMS = (
    ("’", "'"),
    ("can't", "can not"),
    ("cannot", "can not"),
    ("won't", "will not"),
    ("n't", " not"),
    ("'m ", " am "),
    ("'d ", " would "),
    ("'ll ", " will "),
    ("'ve ", " have "),
    ("'re ", " are "),
)

FOR_MARK, AGAINST_MARK, TOPIC_MARK = "\ud800", "\ud801", "\ud802"
"""Stand for a restated thesis or issue. Lone surrogates: no cleaned text holds them."""

_WORD = re.compile(r"\w+|[\ud800-\ud802]")


def plain_words(sentence: str) -> str:
    """Return a sentence as lower-case words between single spaces, short forms written out.

    >>> plain_words("I can't say “yes”.")
    ' i can not say yes '
    """
    sentence = sentence.lower()
    for short, full in _FULL_FORMS:
        sentence = sentence.replace(short, full)
    return f" {' '.join(_WORD.findall(sentence))} "


@dataclass(frozen=True, slots=True)
class Cue:
    """One family of wordings with one meaning."""

    meaning: str
    """For the rationale."""
    pattern: re.Pattern[str]
    early: float
    """Weight in the first three sentences, where an answer says how it takes its question."""
    late: float = 0.0
    """Weight after them."""
    denies: bool = False
    """The wording holds a negation of its own, so what it denies may as well be the other position."""


_CAMP = (
    r"(?:supporters|advocates|proponents|defenders|opponents|critics|detractors|admirers|champions|backers|sceptics"
    r"|skeptics|enthusiasts|objectors|campaigners|adherents|believers|partisans|apologists|people who|those who|anyone who"
    r"|some(?: \w+)? (?=argue|say|hold|claim|insist)|many(?: \w+)? (?=argue|say|hold|claim|insist))"
)
_SPEAK = (
    r"(?:say|says|said|argue|argues|claim|claims|point|mention|rely|describe|hold|insist|contend|maintain|cite|stress"
    r"|note|reply|answer|make|think|believe|offer|start|begin|usually|often|object|see|regard|worry|fear|raise|invoke"
    r"|appeal|tend|ask|want|present|like)"
)
_I_AND_AUXILIARY = (
    r" i (?:would |will |must |do |have to |want to |am inclined to |still |also |am going to |need to |should |may )*(?:\w+ )?"
)


def _cue(meaning: str, *patterns: str, early: float, late: float = 0.0, denies: bool = False) -> Cue:
    return Cue(meaning, re.compile("|".join(patterns)), early, late, denies)


PUSHBACK = (
    _cue(
        "arrives at the other side",
        r" (?:come|comes|came|land|end up|am) (?:\w+ )?(?:down )?(?:on|at) the (?:other|opposite) (?:side|view|conclusion)",
        r" my (?:own )?(?:conclusion|answer|view|judge?ment|reading) (?:\w+ ){0,2}?(?:the other way|the opposite|the reverse)",
        r" i (?:would |will |do |am inclined to )?(?:argue|say|conclude|hold|think|believe|defend|maintain) (?:that )?(?:quite |just )?"
        r"the (?:exact )?(?:opposite|reverse|contrary)",
        early=3,
        late=2,
    ),
    _cue(
        "disputes what it was asked to explain",
        _I_AND_AUXILIARY
        + r"(?:push back|pushed back|question|dispute|challenge|disagree|reject|doubt|contest|part company|part ways"
        r"|take issue|resist|quarrel|differ|dissent|object)\b",
        early=2.5,
        late=0.75,
    ),
    _cue(
        "does not share the claim",
        r" i (?:\w+ )?(?:can|could|do|would|will|am|remain|should) not (?:\w+ ){0,2}?(?:find|think|believe|accept|agree|make"
        r"|argue|defend|share|buy|persuaded|convinced|endorse|claim|go along|grant|follow|see (?:it|that|how|why)|call"
        r"|put it|describe it|explain why|honestly|regard|consider|subscribe|concede)\b",
        early=2.5,
        late=1,
        denies=True,
    ),
    _cue(
        "is not convinced",
        r" i (?:\w+ )?(?:find|found|consider|think|am|remain) (?:\w+ ){0,3}?(?:less|unconvinc\w+|unpersua\w+|unlikely|unsatisf\w+|untenable|too|weak\w*|hard|thin|sceptical"
        r"|skeptical|overstated|mistaken|flawed|wanting|doubtful|wrong)\b",
        r" (?:persuades?|convinces?|moves?) me (?:less|little|not)",
        r" not (?:persuade|convince) me\b",
        early=2,
        late=0.5,
    ),
    _cue(
        "disputes the premise",
        r" (?:the|that|this|its|your) (?:question|premise|claim|framing|assumption|phrasing|proposition|wording) "
        r"(?:\w+ ){0,3}?(?:assumes?|presumes?|presupposes?|takes|conflicts?|is (?:not|mistaken|wrong|false|flawed|misleading)"
        r"|does not|overstates?|goes too far)\b",
        early=1.5,
        late=0.25,
    ),
    _cue(
        "says that the case fails",
        r" (?:does|do|did|will|would|can|could) not (?:\w+ )?(?:hold up|hold water|stand up|stand|follow|succeed|establish"
        r"|withstand|survive|convince|persuade|add up|bear (?:it |that )?out|show|prove|deliver|settle)\b",
        r" (?:falls?|fell|fall) (?:\w+ )?short\b",
        r" (?:fails?|failed) (?:to (?:show|convince|persuade|establish|explain)|on|under)\b",
        r" (?:evidence|case|argument|reasoning|support|basis) (?:\w+ ){0,5}?is (?:\w+ )?(?:thin|weak|weaker|poor|slender"
        r"|unconvincing|unpersuasive|overstated|incomplete|doubtful|lacking|missing)\b",
        early=1.25,
        late=0.5,
    ),
)
"""Signs that an answer turns against the position its question presumes, wherever they stand."""

OPENING = (
    _cue(
        "opens by reporting what others say for it",
        rf" {_CAMP} (?:\w+ ){{0,8}}?{_SPEAK}\b",
        early=2,
    ),
    _cue(
        "opens with the usual argument for it, at a distance",
        r" (?:usual|standard|common|commonest|familiar|typical|customary|conventional|popular) (?:\w+ )?(?:objection"
        r"|argument|case|claim|reasons?|justification|reply|complaint|view|answer|defen[cs]e)\b",
        r" (?:offered|cited|given|presented|advanced|made|heard|said|argued|claimed|used) (?:\w+ ){0,2}?(?:as|in) "
        r"(?:justification|support|defence|favour|favor)\b",
        r" (?:is|are|gets|get|one|people) (?:often|usually|commonly|sometimes|mostly|frequently) (?:hears?|offered|cited|heard"
        r"|said|argued|claimed|told)\b",
        r" (?:for|hold|holds|holding|behind|take|share) (?:that|this|such a) (?:position|view|claim|conclusion|case|idea)\b",
        r" (?:word|argument|point|idea|reasons?) that (?:usually|often) ",
        early=1.75,
    ),
    _cue(
        "opens with understanding for it, at a distance",
        r" i (?:can |do |fully |quite )?(?:see|understand|appreciate|sympathi[sz]e|recogni[sz]e|grant|respect) ",
        r" (?:has|have|had) (?:an? |some |its |their )?(?:\w+ )?(?:appeal|pull|attraction|attractions|force|merit)\b",
        r" worthy (?:aim|goal|cause)",
        r" worth granting",
        r" (?:doubts|concerns?|worr(?:y|ies)|motives?|intentions?|instincts?) (?:\w+ ){0,4}?(?:are|is|was|were) (?:real"
        r"|understandable|good|sincere|genuine)",
        r" it is (?:true|understandable|easy to see|tempting|natural) ",
        r" (?:at first (?:sight|glance)|on (?:its|the) (?:face|surface)|superficially) ",
        early=1.5,
    ),
)
"""Signs in the first two sentences: who makes a case seldom begins with the other people who make it."""

TURN = re.compile(
    r"^ (?:but|yet|still|even so|however|nevertheless|nonetheless|all the same|where i|the trouble|the difficulty|the problem) "
    r"| i still | (?:yet|but|though|however) (?:the|it|that|this|these|they|i|what) "
)
"""A turn soon after the opening."""

_STANCE_VERB = (
    r"(?:take|taking|have|having|hold|holding|offer|express|share|choose|pick|argue|arguing|advocate|recommend|endorse"
    r"|favou?r|support|judge|come|side|adjudicate|say|state|give|weigh|voice|adopt|form|promote|declare|pronounce|make"
    r"|lean|rank|get into)"
)
_STANCE_NOUN = (
    r"(?:sides?|positions?|stances?|opinions?|views?|preferences?|either|verdict|winner|judge?ment|partisan"
    r"|one (?:side|party|answer|over|course|conclusion|of|view|camp|position)|which (?:side|of|view|one|answer)|for (?:one|any))"
)

DISCLAIMERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf" i (?:\w+ ){{0,4}}?not (?:\w+ ){{0,4}}?{_STANCE_VERB} (?:(?!that |this |the |those |their |his |its )\w+ ){{0,6}}?"
        rf"{_STANCE_NOUN}\b",
        r" (?:i|me|my) (?:\w+ ){0,6}?(?:no|neither|any) (?:\w+ ){0,2}?(?:opinions?|positions?|stance|views?|sides?"
        r"|preference|favou?rite)\b(?<!any view)",
        r" i (?:\w+ ){0,3}?(?:rather|sooner|prefer|choose|choosing|going|try|try to|aim|decline|refrain|abstain) (?:\w+ ){0,3}?"
        r"(?:not (?:to )?(?:\w+ )?(?:judge|take|come|say|pick|choose|rule|decide|argue|advise|weigh|recommend|endorse|answer for)"
        r"|(?:remain|stay|keep|be) (?:\w+ )?(?:neutral|impartial|out|even handed|silent|on the sidelines|undecided)"
        r"|from (?:taking|judging|choosing|arguing|siding|giving|offering|expressing)"
        r"|to (?:take|judge|choose|argue|side|pick|rule|offer an opinion|express an opinion|say which))",
        r" i (?:\w+ ){0,4}?(?:remain|stay|staying|keep|keeping|am) (?:\w+ )?(?:neutral|impartial|out of|even handed)\b",
        r" i (?:\w+ ){0,4}?leave (?:\w+ ){1,6}?(?:to|with|for) (?:you|readers?|others|the reader|people|voters|individuals?|each|those)\b",
        r" without (?:\w+ )?(?:endorsing|taking|favou?ring|advocating|choosing|siding|recommending|adopting)\b",
        r" i (?:do|can|will|would) not (?:endorse|back|support|favou?r|advocate|prefer) (?:either|any|one|any one)\b",
        r" not (?:\w+ )?(?:my|mine) (?:\w+ )?(?:place|role|job|call|business|to (?:say|judge|decide|make|settle))",
        r" (?:is|are) not (?:\w+ )?for me to ",
        r" i (?:\w+ )?(?:do|am|will|can|would) not (?:\w+ ){0,3}?(?:the one to|in a position to|going to) (?:\w+ )?(?:judge|decide|say which"
        r"|choose|adjudicate|take|recommend|pick|rank|argue|tell)",
    )
)
"""First-person disclaimers of any opinion; "that position" and the like are left out, for they reject one side."""

HANDED_OVER = re.compile(
    r" (?:is|are|remains?) (?:\w+ ){0,3}?(?:for|up to) (?:\w+ ){1,12}?to (?:decide|judge|assess|weigh|settle|determine|say)"
    r"|readers (?:will|may|can|must) (?:weigh|judge|decide)"
)
"""The judgement is handed over to others: supports a disclaimer."""

OWN_CONCLUSION = re.compile(
    r" i (?:still |do |therefore |would |also )*(?:think|believe|conclude|find|consider|regard|am convinced|come down|side|favou?r)"
    r" (?!.{0,40}(?:\bno\b|\bnot\b|neither|either side))"
    r"| my (?:own )?(?:view|conclusion|answer|judge?ment) is (?!not|that (?:it|this) is not (?:my|for))"
    r"| (?:on balance|all things considered|in the end|the better view) "
)
"""The speaker concludes something: no neutral tone."""

IGNORANCE = tuple(
    re.compile(pattern)
    for pattern in (
        r" i (?:\w+ ){0,4}?(?:not|lack|nothing|unable|little|without) (?:\w+ ){0,7}?(?:information|knowledge|details?|familiar|record"
        r"|records|account|recollection|data|know|sources?|specifics|to go on|aware|heard|recogni[sz]e|facts|background"
        r"|particulars|material|access|recall|documentation|confirm|verify|identify)\b",
        r" i (?:\w+ ){0,3}?(?:have|know|find|hold|recall) (?:\w+ ){0,3}?(?:no|nothing|little|almost nothing|next to nothing)"
        r"(?: (?:\w+ ){0,3}?(?:information|knowledge|details?|record|records|account|recollection|data|sources?|specifics|facts"
        r"|background|particulars|material|about|of|on))?\b(?! (?:\w+ )?(?:opinion|position|view|side|stance|preference|doubt|objection"
        r"|quarrel|reason))",
        r" (?:outside|beyond|exceeds?) (?:\w+ )?(?:what i|my|anything i) (?:know|knowledge|information|reach|training|have)",
        r" (?:is|are|does|do) not (?:\w+ ){0,2}?(?:familiar to me|(?:connect|correspond|match|ring) (?:\w+ )?(?:to|with)? ?(?:anything|a bell)"
        r"|known to me|something i (?:know|have|can))",
        r" (?:unfamiliar|unknown) (?:to|with) ",
        r" my (?:knowledge|information|training|training data|memory) (?:\w+ ){0,3}?(?:not|lacks?|stops|ends|thin|patchy|limited|too)",
    )
)
"""The speaker says that knowledge is missing."""

ASKS_FOR_MATERIAL = re.compile(
    r" (?:if|should|were) you (?:\w+ ){0,3}?(?:share|paste|provide|send|give|supply|point|describe|tell|have|show|let|link|offer|fill)\b"
    r"| (?:could|can|would) you (?:\w+ )?(?:share|paste|provide|send|supply|tell|link)\b"
    r"| with (?:the|a|some|more) (?:\w+ ){0,3}?(?:text|document|article|source|details|summary|information) (?:\w+ ){0,4}?i (?:could|can|would)"
)
CANNOT_ANSWER = re.compile(
    r" i (?:\w+ ){0,3}?not (?:\w+ ){0,3}?(?:able to|give|offer|answer|help|say|tell|explain|speak|assess|comment|describe|judge|address|do justice)"
    r"| (?:guesswork|guessing|a guess|speculat\w+|invent\w*|making (?:it|things|something) up|fabricat\w+)\b"
    r"| (?:unable|not able) to "
)
"""What commonly goes with missing knowledge, and alone does not show it."""

VAGUE = re.compile(
    r" (?:(?:many|various|several|different|great many|number of|variety of|range of|all sorts of|multiple|certain|diverse) "
    r"(?:\w+ )?(?:factors?|aspects?|perspectives?|ways?|considerations?|angles|sorts?|dimensions|viewpoints|issues|elements|sides"
    r"|layers|positions|facets|points of view|opinions|reasons)"
    r"|more than one way|complex|complicated|nuanced|interesting|multifaceted|many sided|depends? (?:\w+ )?(?:on|a good deal)"
    r"|each (?:perspective|view|side|case)|in its own (?:context|way)|it is important to|generally|(?:saw|see|seen) (?:things )?differently"
    r"|(?:legal|practical|social|economic|cultural|historical) aspects)\b"
)
"""Words that keep an answer general."""

RESERVATIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r" i would (?:\w+ )?(?:keep|make|limit|confine|restrict|attach|want|locate|insist|add|draw|hold|prefer|narrow|set|put|qualify) ",
        r" (?:strict|clear|tight|firm|certain) (?:conditions?|limits?|safeguards)\b| within (?:reason|limits)\b",
        r" (?:under|with|on|given) (?:those|these|such|that|the right) (?:conditions?|limits|terms|safeguards|secured|restrictions)\b",
        r" (?:narrow|limited|modest) (?:exceptions?|form|version|scope)| in this (?:restrained|limited|modest|narrow) ",
        r" i (?:do |would |also |readily |freely )*(?:accept|concede|grant|admit|acknowledge|think the|agree that) ",
        r" (?:it|this|that) (?:should|can|must|may|has to) (?:also )?be (?:said|granted|admitted|conceded|acknowledged)\b",
        r" (?:none of (?:that|this|which)|that does not|this does not) (?:cancels?|erases?|removes?|denies|deny|excuses?|mean)",
        r" (?:have|has|had) (?:some|real|genuine|considerable) (?:merit|force|justice|substance)\b",
        r" nobody (?:needs|should|has) | (?:broadly|partly|in part|up to a point|to some extent|in principle) ",
        r" even though (?:the|it|that|some) | (?:until|before|unless|only if|provided|so long as|as long as) ",
        r" as a rule though | (?:more|less) \w+ than (?:harmful|harm|good|bad|right|wrong)",
    )
)
"""Conditions and concessions by which a conclusion is only partly drawn."""
