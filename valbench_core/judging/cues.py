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


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _gap(words: int) -> str:
    """Return a pattern for up to so many words; short and bounded, so that no text takes long."""
    return rf"(?:\w+ ){{0,{words}}}?"


_CLAIM = (
    r"(?:this|that|it|(?:the|that|this|its|your|such a|such an)(?: whole| very| central)? (?:question"
    r"|premise|claim"
    r"|framing|assumption|phrasing|proposition|wording|suggestion|notion|idea|thesis|assertion|statement"
    r"|conclusion|inference)"
    r"|(?:case|arguments?|reasons?|evidence|grounds|support|basis) (?:for|behind|of) (?:it|that|this"
    r"|these|them|such|the (?:claim|idea"
    r"|proposition|view|proposal)))"
)
_FAILING = (
    r"(?:mistaken|wrong|false|untrue|incorrect|inaccurate|weak|weaker|thin|slender|unsupported"
    r"|unconvincing|unpersuasive"
    r"|flawed|untenable|misguided|misleading|misplaced|overstated|exaggerated|questionable|doubtful"
    r"|dubious|unsound|simplistic"
    r"|unfounded|lacking|wanting|hard to (?:sustain|defend|accept|support|square)"
    r"|difficult to (?:sustain|defend|accept|support)"
    r"|an? (?:\w+ )?(?:error|mistake|misunderstanding|misreading|myth|exaggeration)(?! to )|at odds"
    r"|not (?:\w+ )?(?:supported|borne out|right"
    r"|true|so|correct|accurate|convincing|persuasive|justified|established|sound|the case|what|good"
    r"|enough|quite right))"
)

PUSHBACK = (
    Cue(
        "says that it holds the opposite",
        _any_of(
            rf" (?:come|comes|came|land|lands|am|stand) {_gap(2)}(?:on|at|to) (?:the|an?) (?:other"
            rf"|opposite|different|contrary) "
            r"(?:side|view|conclusion|answer)\b",
            rf" my (?:own |honest )?(?:conclusion|answer|view|judge?ment|reading"
            rf"|position) {_gap(4)}(?:the other way|opposite|reverse"
            r"|contrary|(?:that )?it (?:should|does|did|was|is|would|will) not)\b",
            rf" i {_gap(4)}(?:opposite|reverse|contrary|other way (?:round|around))\b",
            r" (?:explain|say|ask|show) why not\b| turn the question (?:a)?round",
            r" (?:in my (?:own )?view|actually|in fact|if anything) (?:\w+ ){0,5}?(?:opposite|reverse"
            r"|contrary)\b",
            r" (?:opposite|reverse|contrary) (?:\w+ )?(?:is|seems|holds|view|case"
            r"|conclusion) (?:\w+ )?(?:true|nearer|closer|stronger|better"
            r"|more)\b| stronger (?:\w+ )?(?:is|lies|points) (?:\w+ ){0,2}?(?:opposite|other)\b",
        ),
        early=3,
        late=2,
    ),
    Cue(
        "disputes what it was asked to explain",
        _any_of(
            rf" i (?:{_gap(4)})(?:push back|pushed back|question|dispute|challenge|disagree|reject|doubt"
            rf"|contest|part company|part ways"
            r"|take issue|resist|quarrel|differ|dissent|object|disputing|questioning|rejecting|sceptical"
            r"|skeptical|unconvinced"
            r"|unpersuaded|hesitate to (?:accept|agree))\b",
            r" i (?:\w+ )?(?:see|find|have|know) (?:\w+ ){0,2}?(?:little|no|few|scant"
            r"|less) (?:\w+ )?(?:merit|reason|support|evidence|case"
            r"|grounds|basis|force|justification)\b",
        ),
        early=2.5,
        late=0.75,
    ),
    Cue(
        "does not share the claim",
        _any_of(
            rf" i (?:\w+ )?(?:can|could|do|would|will|am|remain|should) not {_gap(3)}(?:find|think"
            rf"|believe|accept|agree|make|argue|defend"
            r"|share|buy|persuaded|convinced|sure|certain|endorse|claim|go along|grant|follow|see (?:it"
            r"|that|how|why)|call|put it|say"
            r"|describe it|explain why|regard|consider|subscribe|concede|support (?:that|this|the|it)"
            r"|recommend)\b",
            r" (?:none|neither|not one) of (?:them|these|those|which|this|that"
            r"|it) (?:\w+ ){0,2}?(?:convinces?|persuades?|moves?) me\b",
            r" (?:something|one|premise|claim) (?:that |which )?i (?:do|can) not (?:accept|share|grant)\b",
        ),
        early=2.5,
        late=1,
        denies=True,
    ),
    Cue(
        "is not convinced",
        _any_of(
            r" i (?:\w+ )?(?:find|found|consider|think|believe|am|remain) (?:\w+ ){0,5}?(?:less"
            r"|unconvinc\w+|unpersua\w+|unlikely|unsatisf\w+"
            r"|untenable|too|weak|weaker|hard|thin|overstated|mistaken|flawed|wanting|doubtful|wrong)\b",
            r" (?:persuades?|convinces?|moves?) me (?:less|little|not)",
            r" not (?:persuade|convince) me\b",
        ),
        early=2,
        late=0.5,
    ),
    Cue(
        "disputes the premise",
        _any_of(
            rf" {_CLAIM} (?:\w+ ){{0,2}}?(?:is|are|was|were|seems?|looks?|appears?|would be|remains?"
            rf"|proves?|strikes me as) (?!the )(?:\w+ )?"
            rf"{_FAILING}\b",
            rf" (?:question|premise|claim|framing|assumption|wording|suggestion|idea"
            rf"|notion) {_gap(3)}(?:assumes|presumes|presupposes"
            r"|takes (?:it )?for granted|conflicts?|contradicts?|does not|rests on a|overstates?"
            r"|goes too far|overlooks|ignores|misses"
            r"|begs)\b",
            rf" (?:arguments?|reasons?|case) (?:for|behind) (?:it|that|this|them) {_gap(2)}(?:fails?"
            rf"|falls?|collapses?|does not|do not)\b",
            r" (?:is|are) (?:not|no) (?:\w+ ){0,2}?(?:case|argument|reasons?|grounds|basis) (?:for"
            r"|behind) (?:it|that|this)\b",
        ),
        early=2,
        late=0.25,
        denies=True,
    ),
    Cue(
        "says that the case fails",
        _any_of(
            r" (?:does|do|did|will|would|can|could) not (?:\w+ )?(?:hold up|hold water|stand up|stand"
            r"|follow|succeed|establish"
            r"|withstand|survive|convince|persuade|add up|bear (?:it |that )?out|show|prove|deliver"
            r"|settle|match|justify|warrant|suffice)\b",
            r" (?:falls?|fell|fall) (?:\w+ )?short\b",
            r" (?:fails?|failed) (?:to (?:show|convince|persuade|establish|explain)|on|under)\b",
            rf" (?:evidence|case|argument|arguments|reasoning|support|basis) {_gap(5)}(?:is"
            rf"|are) (?:\w+ )?(?:thin|weak|weaker|poor|slender"
            r"|unconvincing|unpersuasive|overstated|incomplete|doubtful|lacking|missing)\b",
            rf" (?:neither|none|no) {_gap(4)}(?:carries|holds|convinces|persuades|succeeds|survives"
            rf"|suffices|works|stands)\b",
            r" (?:tell|tells|point|points) (?:a )?(?:\w+ )?(?:different story|elsewhere|another story)\b",
        ),
        early=1.25,
        late=0.5,
    ),
)
"""Signs that an answer turns against the position its question presumes, wherever they stand."""

_SUPPORTING = (
    r"supporters|advocates|proponents|defenders|admirers|champions|backers|enthusiasts"
    r"|adherents|believers|apologists"
)
_OPPOSING = r"opponents|critics|detractors|sceptics|skeptics|objectors"
_UNNAMED = (
    r"people who|those who|anyone who|those \w+ing|campaigners|some(?: \w+)?(?= (?:argue|say|hold|claim"
    r"|insist|believe))"
    r"|many(?: \w+)?(?= (?:argue|say|hold|claim|insist|believe))"
)
_SPEAK = (
    r"(?:say|says|said|argue|argues|claim|claims|point|mention|rely|describe|hold|insist|contend"
    r"|maintain|cite|stress"
    r"|note|reply|answer|make|think|believe|offer|start|begin|usually|often|object|see|regard|worry|fear"
    r"|raise|invoke"
    r"|appeal|tend|ask|want|present|like|have)"
)


def _camp(people: str) -> re.Pattern[str]:
    return re.compile(rf" (?:{people}) {_gap(8)}{_SPEAK}\b")


SUPPORTING_CAMP, OPPOSING_CAMP, UNNAMED_CAMP = _camp(_SUPPORTING), _camp(_OPPOSING), _camp(_UNNAMED)
"""Others are said to hold a position: the affirmative one, the negative one, either."""

CAMP_AGREED_WITH = re.compile(
    r" (?:rightly|correctly|justly|with reason|(?:are|is|were) right|bear (?:them|it|this) out"
    r"|bears (?:them|it|this) out"
    r"|compelling|persuasive|persuasively|convincing|convincingly|strong(?:er|est)? (?:case|arguments?"
    r"|points?))\b"
)
"""The speaker sides with those reported."""

AT_A_DISTANCE = (
    Cue(
        "opens with the usual argument for it, at a distance",
        _any_of(
            r" (?:usual|standard|common|commonest|familiar|typical|customary|conventional"
            r"|popular) (?:\w+ )?(?:objection"
            r"|argument|case|claim|reasons?|justification|reply|complaint|view|answer|defen[cs]e)\b",
            r" (?:offered|cited|given|presented|advanced|made|heard|said|argued|claimed"
            r"|used) (?:\w+ ){0,2}?(?:as|in) "
            r"(?:justification|support|defence|favour|favor)\b",
            r" (?:is|are|gets|get|one|people|you|we) (?:often|usually|commonly|sometimes|mostly"
            r"|frequently|may|will)? ?(?:hears?|hear|offered"
            r"|cited|heard|said|argued|claimed|told)\b(?! as)",
            r" (?:for|hold|holds|holding|behind|take|share) (?:that|this|such a) (?:position|view|claim"
            r"|conclusion|case|idea)\b",
            r" (?:word|argument|point|idea|reasons?) that (?:usually|often) ",
        ),
        early=1.25,
    ),
    Cue(
        "opens with understanding for it, at a distance",
        _any_of(
            r" i (?:can |do |fully |quite |also )*(?:see|understand|appreciate|sympathi[sz]e"
            r"|recogni[sz]e|grant|respect) ",
            r" (?:has|have|had) (?:an? |some |its |their )?(?:\w+ )?(?:appeal|pull|attraction"
            r"|attractions|force|merit)\b",
            r" (?:respectable|reasonable|decent|fair|serious|plausible|tempting|certain|superficial"
            r"|surface|some) "
            r"(?:case|argument|point|logic|sense|truth|reasoning)\b",
            r" worthy (?:aim|goal|cause)",
            r" worth granting",
            r" (?:doubts|concerns?|worr(?:y|ies)|motives?|intentions?|instincts?|fears?|wish"
            r"|aims?) (?:\w+ ){0,4}?(?:are|is|was|were) "
            r"(?:real|understandable|good|sincere|genuine|honest|legitimate)",
            r" (?:real|genuine|understandable|sincere|legitimate) (?:concerns?|worries|fears?|doubts"
            r"|grievances?)\b",
            r" it is (?:true|understandable|easy to see|tempting|natural) ",
            r" (?:at first (?:sight|glance)|on (?:its|the) (?:face|surface)|superficially) ",
            r"^ (?:much as|however (?:sympathetic|understandable|sincere|attractive|appealing)|granted"
            r"|admittedly|to be sure) ",
            r"^ (?:while|although|though|even if) (?:i|it|some|many|there|the (?:aim|wish|fear|concern"
            r"|idea|argument|proposal)) ",
        ),
        early=1.25,
    ),
)
"""Signs in the first two sentences that the case is somebody else's."""

CAMP_WEIGHT, TURN_WEIGHT = 1.25, 0.75

ABOUT_ARGUMENTS = re.compile(
    r" (?:arguments?|argue\w*|case|claims?|claimed|views?|reasoning|premise|theory|position|objections?"
    r"|points?|reasons?|justification"
    r"|conclusions?|doubts?|evidence|idea|proposition|assumption|inference|logic|worry|worries|concerns?"
    r"|appeal|attraction|plausible"
    r"|tempting|understandable|understandably|intuitive|sounds?|seems?|supposed\w*|alleged\w*|usual"
    r"|usually|often|commonly|familiar"
    r"|popular|sympath\w+|proposal)(?= )"
)
"""Who makes a case speaks of the matter; who turns against it begins by speaking of its arguments."""

ARGUMENT_WEIGHT, MOST_ARGUMENTS, SPEAKER_WEIGHT = 0.4, 3, 0.6

TURN = re.compile(
    r"^ (?:but|yet|still|even so|however|nevertheless|nonetheless|all the same|where i|the trouble"
    r"|the difficulty|the problem) "
    r"| i still | (?:yet|but|though|however) "
)
"""A turn soon after the opening."""

FIRST_PERSON = re.compile(r" (?:i|me|my|mine|myself) ")

_WITHHELD = (
    r"(?:not|no|none|never|neither|without|rather|sooner|declin\w+|refrain\w*|abstain\w*|avoid\w*|nothing)"
)
_UNREFERRED = r"(?<!that )(?<!this )(?<!the )(?<!their )(?<!those )(?<!its )(?<!his )(?<!such )(?<!these )"

PERSONAL_DISCLAIMERS = _any_of(
    rf" {_WITHHELD} {_gap(8)}{_UNREFERRED}(?:opinions?|stances?|sides?|views?|positions?|preferences?"
    rf"|favou?rite|verdict|endorsement|conclusion"
    r"|partisan|stake)\b",
    rf" {_WITHHELD} {_gap(4)}(?:judge|judging|adjudicat\w+|weigh(?:ing)? in|rule on|com(?:e|ing) down"
    rf"|choos(?:e|ing) between|either way|pick one)\b",
    rf" {_WITHHELD} {_gap(4)}(?:argu\w+|advocat\w+|endors\w+|support\w*|back\w*|favou?r\w*|recommend\w*"
    rf"|promot\w+|prefer\w*) (?:for |it |this )*"
    r"(?:either|one|any|or against|a (?:conclusion|position|side|view))\b",
    rf" {_WITHHELD} {_gap(4)}(?:say|saying|tell|telling|claim|decide|deciding|declare|judge)(?: you"
    rf"| readers| about| anyone)? (?:which|who)\b",
    r" (?:remain\w*|stay\w*|keep\w*|am|be|being) (?:\w+ ){0,2}?(?:neutral|impartial|agnostic|even handed"
    r"|non partisan|undecided|out of|on the sidelines)\b",
    r" (?:neutrality|impartiality) (?:\w+ ){0,3}?(?:right|best|proper|appropriate|my)\b",
    r" (?:i|i (?:will|would|shall|can|am|prefer to|must|have to|want to|would rather|am going to|gladly"
    r"|happily)) (?:\w+ )?leav(?:e|ing) (?:\w+ ){1,6}?"
    r"(?:to|with|for) ",
    r" (?:leave|leaving) the (?:\w+ )?(?:evaluation|judge?ment|decision|verdict|weighing|conclusion"
    r"|assessment) (?:to|with|for) ",
    r" i (?:\w+ )?leave to ",
    r" not (?:\w+ ){0,3}?(?:my|mine) (?:\w+ )?(?:place|role|job|call|business|to (?:say|judge|decide"
    r"|make|settle))",
    r" my (?:role|place|job|task|aim|purpose) (?:\w+ )?(?:is|does|was) not ",
    r" not (?:\w+ )?for me to ",
    r" keep (?:my|all) (?:own |personal )?(?:views?|opinions?|judge?ments?|preferences?) (?:out"
    r"|to myself|aside|private)",
    r" (?:deciding|taking|choosing|judging|picking|siding|arguing|advocating) (?:\w+ ){0,6}?(?:is"
    r"|are) not (?:something|a thing|what) i ",
    r" (?:describe|report|summari[sz]e|explain|inform|outline) (?:\w+ ){0,3}?(?:rather than|and not|not"
    r"|without) (?:to )?(?:judg|argu|advocat|tak|endors|decid|recommend)\w*",
)
"""Disclaimers of any opinion in a sentence that speaks in the first person. "That view" does not count:
to withhold support from one side is to reject it."""

IMPERSONAL_DISCLAIMERS = _any_of(
    r" without (?:\w+ )?(?:endorsing|taking|favou?ring|advocating|choosing|siding|recommending"
    r"|adopting) (?:\w+ ){0,3}?(?:either|any|one|sides?|anything"
    r"|a (?:side|position|stance))\b",
    r" no (?:endorsement|opinion|view|judge?ment|position|stance) (?:\w+ ){0,4}?(?:is|are"
    r"|will be) (?:intended|implied|expressed|offered|taken|given)\b",
)

OWN_CONCLUSION = re.compile(
    r" i (?:still |do |therefore |would |also )*(?:think|believe|conclude|find|consider|regard"
    r"|am convinced|come down)"
    r" (?!.{0,40}(?: no | not | neither | either side ))"
    r"| my (?:own )?(?:view|conclusion|answer|judge?ment) is (?!not |that (?:it|this) is not (?:my|for))"
    r"| (?:on balance|all things considered|in the end|the better view) "
)
"""The speaker concludes something: no neutral tone."""

_KNOWING = (
    r"(?:information|know|knowledge|familiar|details?|specifics|aware|heard|hear|come across|encountered"
    r"|identify|verify|confirm|access|recall"
    r"|recogni[sz]e|facts|background|records?|recollection|sources?|data|particulars|documentation"
    r"|to go on|enough to|any account|trained|draw on)"
)

KNOWS_NOTHING = _any_of(
    rf" (?:not|no|lack|lacks|lacking|nothing|without|never|little) {_gap(5)}(?:information|knowledge"
    rf"|familiar|to go on|draw on|recollection"
    r"|any account|heard|come across|encountered|know enough|enough (?:information|knowledge|details?"
    r"|context))\b",
    r" (?:do|did|does) not (?:\w+ )?(?:know|recogni[sz]e|recall) (?:anything|enough|the (?:facts|details"
    r"|case|incident|dispute|matter)|what|of (?:this|that|it))\b",
    r" (?:know|recall) (?:\w+ )?(?:nothing|little|next to nothing) (?:\w+ ){0,2}?(?:about|of|on)\b"
    r"| nothing about ",
    r" (?:have|has|find|recall) (?:\w+ )?(?:nothing|no|little) (?:\w+ ){0,2}?(?:information|knowledge"
    r"|details?|reliable|record|account|source)\b",
    r" my (?:training|knowledge|information|memory) (?:\w+ ){0,4}?(?:not|lacks?|stops|ends|nothing) ",
    r" not (?:\w+ ){0,2}?(?:find|locate|recall) (?:anything|any|a trace|a record|a reference)\b",
    r" not (?:\w+ ){0,2}?(?:identify|place|confirm|verify) (?:\w+ )?(?:incident|case|event|dispute|person"
    r"|matter|reference)\b",
    r" (?:lack|lacking|missing) (?:\w+ ){0,3}?(?:specifics|details?|information|knowledge|facts|context"
    r"|background)\b",
    r" (?:unaware of|unfamiliar (?:to|with)|unable to identify|unknown to me)\b",
    r" (?:outside|beyond|exceeds?) (?:\w+ )?(?:what i|my|anything i) ",
    r" not (?:\w+ ){0,2}?(?:familiar to me|(?:connect|correspond|match|ring) |known to me|a (?:matter"
    r"|case|topic|dispute) i know|something i (?:know|have))",
    r" (?:too little|not much|not enough) (?:\w+ ){0,2}?i (?:\w+ )?know\b",
    r" (?:blank spot|gap in (?:my|what)|no access) ",
)
"""The speaker, in the first person, says that the knowledge is missing altogether."""

LACKS_SOMETHING = re.compile(
    rf" (?:not|no|lack|nothing|unable|little|without|never) {_gap(6)}{_KNOWING}\b"
    r"| (?:private|confidential|never made public|not (?:\w+ )?public|undisclosed|not disclosed"
    r"|never published)\b"
)
ASKS_FOR_MATERIAL = re.compile(
    r" (?:if|should|were) you (?:\w+ ){0,3}?(?:share|paste|provide|send|give|supply|point|describe|tell"
    r"|have|show|let|link|offer|fill)\b"
    r"| (?:could|can|would|perhaps) you (?:\w+ ){0,2}?(?:share|paste|provide|send|supply|tell|link|give)\b"
    r"| (?:please|sharing|pasting) (?:share|send|provide|paste|a|an|the|some)\b| would need to see "
    r"| with (?:the|a|some|more) (?:\w+ ){0,3}?(?:text|document|article|source|details|summary"
    r"|information) (?:\w+ ){0,4}?i (?:could|can|would)"
)
CANNOT_ANSWER = re.compile(
    r" i (?:\w+ ){0,3}?not (?:\w+ ){0,3}?(?:able to|give|offer|answer|help|say|tell|explain|speak|assess"
    r"|comment|describe|judge|address|do justice)\b"
    r"| (?:guesswork|guessing|a guess|to guess|speculat\w+|invent\w*|making (?:it|things|something) up"
    r"|fabricat\w+)\b"
    r"| (?:unable|not able|enough) to (?:answer|say|explain|help|judge|comment|respond)| to (?:answer"
    r"|comment) responsibly| responsible answer"
)
"""What commonly goes with missing knowledge, and alone does not show it."""

VAGUE = re.compile(
    r" (?:(?:many|various|several|different|great many|number of|variety of|range of|all sorts of"
    r"|multiple|certain|diverse) "
    r"(?:\w+ )?(?:factors?|aspects?|perspectives?|ways?|considerations?|angles|sorts?|dimensions"
    r"|viewpoints|issues|elements|sides"
    r"|layers|positions|facets|points of view|opinions|reasons)"
    r"|more than one way|complex|complicated|nuanced|interesting|multifaceted|many sided"
    r"|depends? (?:\w+ )?(?:on|a good deal)"
    r"|each (?:perspective|view|side|case)|in its own (?:context|way)|it is important to|generally"
    r"|(?:saw|see|seen) (?:things )?differently"
    r"|(?:legal|practical|social|economic|cultural|historical) aspects)\b"
)
"""Words that keep an answer general."""

RESERVATIONS = _any_of(
    r" i would (?:\w+ )?(?:keep|make|limit|confine|restrict|attach|want|locate|insist|add|draw|hold"
    r"|prefer|narrow|set|put|qualify) ",
    r" (?:strict|clear|tight|firm|certain) (?:conditions?|limits?|safeguards)\b| within (?:reason"
    r"|limits)\b",
    r" (?:under|with|on|given) (?:those|these|such|that|the right) (?:conditions?|limits|terms"
    r"|safeguards|secured|restrictions)\b",
    r" (?:narrow|limited|modest) (?:exceptions?|form|version|scope)| in this (?:restrained|limited"
    r"|modest|narrow) ",
    r" i (?:do |would |also |readily |freely )*(?:accept|concede|grant|admit|acknowledge|think the"
    r"|agree that) ",
    r" (?:it|this|that) (?:should|can|must|may|has to) (?:also )?be (?:said|granted|admitted"
    r"|conceded|acknowledged)\b",
    r" (?:none of (?:that|this|which)|that does not|this does not) (?:cancels?|erases?|removes?"
    r"|denies|deny|excuses?|mean)",
    r" (?:have|has|had) (?:some|real|genuine|considerable) (?:merit|force|justice|substance)\b",
    r" nobody (?:needs|should|has) | (?:broadly|partly|in part|up to a point|to some extent"
    r"|in principle) ",
    r" even though (?:the|it|that|some) | (?:until|before|unless|only if|provided|so long as"
    r"|as long as) ",
    r" as a rule though | (?:more|less) \w+ than (?:harmful|harm|good|bad|right|wrong)",
)
"""Conditions and concessions by which a conclusion is only partly drawn."""

APPROVING = word_set("""
    right justified legitimate lawful legal constitutional fair safe effective adequate benefit benefits
    beneficial protects protect strengthen strengthens sound wise sensible reasonable proper correct
    good better deserve deserves deserved valid warranted success succeeded welcome valuable worth
    merits merit defensible rightly well true accurate
""")
CONDEMNING = word_set("""
    wrong unjustified illegitimate unlawful illegal unconstitutional unfair unsafe ineffective
    inadequate harmful harm harms harmed violates violate violated weakens weaken weak threatens error
    errors mistake mistakes mistaken bad worse poor unsound unwise unreasonable improper incorrect
    undeserved invalid unwarranted fails fail failed failure failing discriminatory dangerous misguided
    damage damaged damages loss injustice unjust wrongly denies denied untrue excessive less false
""")
"""Words that approve or condemn what they speak of."""
