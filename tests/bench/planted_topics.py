"""Made-up issue lines in plain English whose topics are known, so that groups can be held against them.

Ten fields of four topics each: topics of one field share actors, some things and some stakes, and lie near
each other. Of every ten lines one has no topic: its parts come from different fields. What is measured on
the lines is left to the benches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

NO_TOPIC = -1
NO_TOPIC_SHARE = 0.1
FIELD_SHARE = 0.3
"""How often a line's thing is one of the field and not of the topic; as often its stake is."""
SKEW = 0.8
"""The topic of rank r has a share of lines in proportion to (r + 1) ** -SKEW."""


@dataclass(frozen=True)
class Field:
    """What four topics have in common, and the topics."""

    actors: tuple[str, ...]
    things: tuple[str, ...]
    stakes: tuple[str, ...]
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Topic:
    """What lines of one topic speak of; things in one row are other words for the same."""

    things: tuple[str, ...]
    stakes: tuple[str, ...]


@dataclass(frozen=True)
class Planted:
    """Lines and, for each, the topic it was made from."""

    texts: list[str]
    topics: list[int]
    """0.., or NO_TOPIC."""


def planted_topics(n: int, topics: int = 40, seed: int = 0) -> Planted:
    """Return `n` different lines of 15 to 30 words, always the same for a seed.

    >>> made = planted_topics(3, seed=7)
    >>> len(set(made.texts)), len(made.topics), planted_topics(3, seed=7) == made
    (3, 3, True)
    """
    if not 1 <= topics <= len(TOPICS):
        raise ValueError(f"there are 1 to {len(TOPICS)} topics, not {topics}")
    rng = np.random.default_rng(seed)
    lines: dict[str, int] = {}
    for topic in _topics_drawn(rng, topics):
        lines.setdefault(_line(rng, topic), topic)
        if len(lines) == n:
            break
    return Planted(list(lines)[:n], list(lines.values())[:n])


def _topics_drawn(rng: np.random.Generator, topics: int) -> Iterator[int]:
    """Yield topics without end, each as often as is its share."""
    shares = (np.arange(topics) + 1.0) ** -SKEW
    order = rng.permutation(len(TOPICS))[:topics]
    while True:
        drawn = rng.choice(order, size=1_000, p=shares / shares.sum())
        drawn[rng.random(1_000) < NO_TOPIC_SHARE] = NO_TOPIC
        yield from drawn.tolist()


def _line(rng: np.random.Generator, topic: int) -> str:
    """Write lines until one has a fitting length."""
    while True:
        parts = _parts_of(rng, topic) if topic != NO_TOPIC else _parts_of_several(rng)
        line = _one(rng, FRAMES).format(
            **parts, place=_one(rng, PLACES), verb=_one(rng, VERBS), when=_one(rng, TIMES)
        )
        if 15 <= len(line.split()) <= 30:
            return line[0].upper() + line[1:]


def _parts_of(rng: np.random.Generator, number: int) -> dict[str, str]:
    field, topic = TOPICS[number]
    # At most one part is the field's: where both were, nothing would tell the field's topics apart.
    of_field = rng.choice(["thing", "stake", ""], p=[FIELD_SHARE, FIELD_SHARE, 1 - 2 * FIELD_SHARE])
    return {
        "actor": _one(rng, field.actors),
        "thing": _one(rng, field.things if of_field == "thing" else topic.things),
        "stake": _one(rng, field.stakes if of_field == "stake" else topic.stakes),
    }


def _parts_of_several(rng: np.random.Generator) -> dict[str, str]:
    """Return an actor, a thing and a stake of three different fields."""
    actor, thing, stake = (FIELDS[i] for i in rng.choice(len(FIELDS), size=3, replace=False))
    return {
        "actor": _one(rng, actor.actors),
        "thing": _one(rng, thing.topics[rng.integers(len(thing.topics))].things),
        "stake": _one(rng, stake.topics[rng.integers(len(stake.topics))].stakes),
    }


def _one(rng: np.random.Generator, of: Sequence[str]) -> str:
    return of[int(rng.integers(len(of)))]


def _listed(text: str) -> tuple[str, ...]:
    """Return the phrases of a text, which stand between semicolons.

    >>> _listed("one thing; another thing")
    ('one thing', 'another thing')
    """
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


FRAMES = (
    "whether {actor} in {place} should {verb} {thing} {when}, given worries that {stake}",
    "whether {place} ought to let {actor} {verb} {thing} {when} so long as {stake}",
    "should {actor} {verb} {thing} across {place} {when}, even though critics say that {stake}",
    "whether the demand that {actor} {verb} {thing} in {place} {when} is fair where {stake}",
    "{place} disputes {when} if {actor} may {verb} {thing}, since opponents claim that {stake}",
    "whether it is wise {when} for {actor} of {place} to {verb} {thing} because {stake}",
    "the proposal that {actor} {verb} {thing} {when} divides {place}, where many hold that {stake}",
)
VERBS = (
    *("restrict", "pay more for", "abolish", "take over", "expand", "put a limit on", "give up"),
    *("keep", "set rules for", "allow", "phase out", "review", "defend", "postpone", "take a vote on"),
)
TIMES = (
    *("this year", "before the next election", "from now on", "by the end of the decade", "at once"),
    *("for a trial period", "after the recent protests", "in lean years", "without further debate"),
    *("once the law is changed", "despite the cost", "for the time being"),
)
PLACES = (
    *("Ardenvale", "Brackwater", "Calder Bay", "Dunmoor", "Eastmere", "Fallow Hill", "Garrowby", "Hartwell"),
    *("Inverlea", "Juniper Falls", "Kestrel Point", "Lindenau", "Marrowfield", "Northolme", "Oakhaven"),
    *("Pellworth", "Quarry Bank", "Ravensford", "Saltmarsh", "Thornbury Cross", "Upper Wexley", "Vallorin"),
    *("Westering", "Yarrow Glen", "the capital", "the border towns", "the northern counties", "the islands"),
    *("the old mining valleys", "the coastal districts", "the suburbs", "the whole country"),
)

FIELDS = (
    Field(
        actors=_listed("the school board; head teachers; the education ministry; parents' associations"),
        things=_listed("what pupils do in class; the running of local schools; the choices open to families"),
        stakes=_listed(
            """
            children from poorer homes fall further behind; teachers are leaving the profession; every child
            deserves an equal start
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    the money paid per pupil; grants for small schools; classroom budgets; teacher pay;
                    school spending; the funding formula for education
                    """
                ),
                _listed(
                    """
                    buildings crumble for lack of funds; rich districts can raise far more by local tax;
                    libraries and labs close one after another; money alone does not make good teaching
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    school uniforms; the dress code for students; blazers and ties; rules on skirt length;
                    what students wear; bans on hooded tops in class
                    """
                ),
                _listed(
                    """
                    clothing should express who one is; dressing alike hides differences of wealth; skirts
                    and blazers cost parents a week's pay; jeans never hurt anybody's learning
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    final examinations; standardised tests; marks and grades; the entrance exam; the yearly
                    tests; ranking of pupils by score
                    """
                ),
                _listed(
                    """
                    pressure before the papers makes pupils ill; without scores nobody knows what was
                    learnt; cramming drives out curiosity; a certificate must mean the same everywhere
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    lessons at home; families who teach their own; home education; learning outside school;
                    parents who keep children out of class; private tuition by mother or father
                    """
                ),
                _listed(
                    """
                    parents know best how their child learns; nobody inspects what is taught at the kitchen
                    table; children taught alone miss their friends; some hide neglect behind the wish to
                    teach
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("the transport authority; the roads department; commuters' groups; traffic planners"),
        things=_listed("the way people get to work; travel into the centre; the city's streets"),
        stakes=_listed(
            """
            journeys take longer every year; people without cars are left stranded; the streets belong to
            everyone
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    cycle lanes; paths for bicycles; bike tracks on main roads; space for cyclists; bicycle
                    routes to the station; kerbs between bikes and lorries
                    """
                ),
                _listed(
                    """
                    riders are hit by turning lorries; shops lose parking to empty bike paths; pedalling
                    keeps a town healthy; hardly anyone rides in the rain
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    bus fares; free public transport; the price of a ticket; season tickets; what passengers
                    pay on trams; cheap passes for the train
                    """
                ),
                _listed(
                    """
                    passengers already pay too much per ride; someone must cover the drivers' wages; empty
                    buses run at a loss; free rides would fill the trams
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    the congestion charge; tolls for driving downtown; road pricing; a fee on cars; a daily
                    payment to enter by car; number plate tolls
                    """
                ),
                _listed(
                    """
                    only the wealthy can afford to drive in; jams clear when motorists must pay; delivery
                    vans have no other way in; the air clears when fewer engines idle
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    the new runway; night flights; airport expansion; cheap air travel; more take-offs and
                    landings; a tax on flying
                    """
                ),
                _listed(
                    """
                    jets wake whole neighbourhoods before dawn; airlines bring tourists and business;
                    holiday flights burn tonnes of kerosene; remote regions depend on planes
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("the health service; doctors and nurses; hospital managers; patients' groups"),
        things=_listed("decisions about treatment; the care people receive; public health measures"),
        stakes=_listed(
            """
            lives could be saved; no one may be forced in matters of their own body; the sick cannot wait
            for politics
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    vaccination of infants; compulsory jabs; immunisation records; flu shots for staff;
                    needles against polio and flu; vaccine mandates
                    """
                ),
                _listed(
                    """
                    outbreaks of measles return; side effects of injections are rare but real; herd
                    protection fails when few are inoculated; parents distrust what is in the syringe
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    assisted dying; help to end one's life; euthanasia; a doctor's aid in suicide; the
                    lethal prescription; mercy killing
                    """
                ),
                _listed(
                    """
                    the terminally ill suffer without hope; the frail may feel a duty to die; good hospice
                    care makes such wishes rare; dignity includes choosing the hour of death
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    organ donation; presumed consent to give kidneys; transplant lists; gifts of hearts; the
                    donor card; removal of livers and lungs
                    """
                ),
                _listed(
                    """
                    thousands die waiting for a donor; a body after death is not the state's to harvest;
                    grieving relatives are asked at the worst moment; silence is not the same as consent
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    hospital waiting lists; private wards; fees for operations; queues for surgery;
                    insurance for surgery; charges for seeing a specialist
                    """
                ),
                _listed(
                    """
                    those who pay jump ahead; beds are full and corridors crowded; a hip replacement takes
                    two years to come; competition between clinics cuts delays
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("the environment agency; energy companies; climate campaigners; landowners"),
        things=_listed("the use of natural resources; efforts to cut emissions; the countryside"),
        stakes=_listed(
            """
            future generations bear the damage; jobs depend on what is burnt or dug up; the climate is
            warming fast
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    wind farms; turbines on the hills; offshore windmills; tall rotors near villages; masts
                    that turn in the breeze; wind power at sea
                    """
                ),
                _listed(
                    """
                    the view from the ridge is spoilt; blades kill migrating birds; the hum of rotors robs
                    people of sleep; a breeze costs nothing and pollutes nothing
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    nuclear power; ageing reactors; atomic energy plants; the storage of spent fuel; uranium
                    fuel; the shutdown of reactors
                    """
                ),
                _listed(
                    """
                    radioactive waste stays deadly for ages; reactors give steady current without smoke; a
                    meltdown would empty whole provinces; without atoms the lights go out in winter
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    plastic bags; throwaway packaging; single-use bottles; wrapping of groceries;
                    polystyrene cups; the refund on cans and bottles
                    """
                ),
                _listed(
                    """
                    litter chokes turtles and rivers; a deposit makes shoppers bring things back; paper
                    substitutes are no greener; tiny fragments of polymer end up in our blood
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    river dams; water rights; irrigation quotas; the drawing of water from wells; reservoirs
                    in the valley; canals that divert the stream
                    """
                ),
                _listed(
                    """
                    fish can no longer swim upstream; farms downstream run dry in drought; the lake drowned
                    three villages; hydropower needs a wall across the valley
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("the planning office; property owners; tenants' unions; the housing minister"),
        things=_listed("the growth of the city; who may live where; the value of property"),
        stakes=_listed(
            """
            young people cannot afford to stay; neighbourhoods lose their character; too few homes are built
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    rent control; a cap on rents; the yearly rise in rent; leases for flats; what landlords
                    may charge; eviction of late payers
                    """
                ),
                _listed(
                    """
                    tenants are driven out by rising rents; landlords stop repairing what earns little; a
                    lease should protect both sides; half of wages goes to the landlord
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    tower blocks; tall buildings; the height limit for new flats; high-rise homes;
                    skyscrapers beside the park; storeys added on roofs
                    """
                ),
                _listed(
                    """
                    a wall of glass takes the sunlight; building upwards spares the fields; families dislike
                    lifts and long corridors; dense quarters need fewer roads and pipes
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    holiday lets; short stays booked online; second homes; flats rented to tourists; owners
                    who come only in summer; apartments listed for weekends
                    """
                ),
                _listed(
                    """
                    villages stand dark all winter; hosts live on what visitors pay; suitcases rattle on the
                    stairs all night; locals are outbid by weekend visitors
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    shelters for the homeless; people sleeping rough; camps of tents; hostel beds; begging
                    on the pavement; a bed for every rough sleeper
                    """
                ),
                _listed(
                    """
                    nobody should freeze on a bench; neighbours fear drink and needles at the door; a door
                    key comes before sobriety; street sleepers are moved on, never housed
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("the police; judges and prosecutors; the justice ministry; civil liberties groups"),
        things=_listed(
            """
            the powers of the state over suspects; the fight against crime; how offenders are treated
            """
        ),
        stakes=_listed(
            """
            victims are forgotten; the innocent are punished with the guilty; public safety comes first
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    the death penalty; executions; capital punishment; life without parole; the electric
                    chair; sentences of death
                    """
                ),
                _listed(
                    """
                    a court's error cannot be undone on the gallows; some murders deserve the utmost;
                    killers on death row wait for decades; the gallows never frightened a murderer
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    cameras in public squares; face recognition; video surveillance; footage of passers-by;
                    drones above crowds; software that knows faces
                    """
                ),
                _listed(
                    """
                    everyone is watched though few do wrong; recordings solve robberies; demonstrators will
                    cover their faces; lenses merely move theft to darker corners
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    cannabis; the possession of drugs; soft narcotics; dealers and users of marijuana; sale
                    of hashish in shops; pills and powders for one's own use
                    """
                ),
                _listed(
                    """
                    prohibition feeds the gangs; smoking weed harms the young brain; addicts need clinics
                    and not cells; smugglers earn what the treasury could tax
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    handguns; firearm licences; private weapons; the right to bear arms; rifles kept at
                    home; background checks on gun buyers
                    """
                ),
                _listed(
                    """
                    a rifle in the house kills its owners; people must be able to defend themselves;
                    shootings follow wherever pistols are easy to buy; hunters and marksmen are blamed for
                    killers
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("animal welfare groups; farmers; the agriculture ministry; veterinary inspectors"),
        things=_listed("the keeping of animals; the way food is produced; the treatment of living creatures"),
        stakes=_listed("animals feel pain as we do; food would cost more; old ways of life would vanish"),
        topics=(
            Topic(
                _listed(
                    """
                    fox hunting; the chase with hounds; trophy shooting; the deer cull; shooting of stags;
                    blood sports on horseback
                    """
                ),
                _listed(
                    """
                    riders and dogs tear a beast apart for sport; herds grow too large without guns; a quick
                    shot is kinder than starvation; the hunt is the heart of village life
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    battery cages; crowded barns; factory farming; hens and pigs kept indoors; meat from
                    intensive farms; sows in narrow stalls
                    """
                ),
                _listed(
                    """
                    hens never see daylight; cheap eggs feed poor families; chickens crammed together spread
                    disease; a free range needs far more land
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    experiments on mice; animal testing; laboratory monkeys; trials on live rabbits;
                    vivisection; beagles in research
                    """
                ),
                _listed(
                    """
                    medicines must be tried before people take them; cell cultures give better results;
                    mouse results seldom hold for humans; without rabbits no drug would be safe
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    circus elephants; zoos; dolphins in pools; wild beasts on show; tigers in the ring;
                    aquariums and safari parks
                    """
                ),
                _listed(
                    """
                    a cage is no place for a lion; children learn to love what they can see; bears pace up
                    and down behind bars; breeding in enclosures saves rare species
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("the culture ministry; museum directors; historians; heritage societies"),
        things=_listed("how the past is remembered; the nation's heritage; public funds for culture"),
        stakes=_listed("history must not be rewritten; a people needs its memory; old wrongs still hurt"),
        topics=(
            Topic(
                _listed(
                    """
                    statues of generals; monuments to slave traders; bronze memorials; street names; plaques
                    for conquerors; squares named after tyrants
                    """
                ),
                _listed(
                    """
                    a pedestal honours whoever stands on it; pulling down stone teaches nobody; a marble
                    hero offends those he enslaved; empty plinths leave a hole in the square
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    looted artefacts; museum treasures from the colonies; the return of carvings; relics;
                    bronzes taken by soldiers; mummies and masks in glass cases
                    """
                ),
                _listed(
                    """
                    what was stolen belongs to its makers; the collection is safe and open to all; curators
                    fear bare galleries; ancestors' bones should rest at home
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    minority languages; bilingual road signs; the old tongue; broadcasts in dialect;
                    teaching in the regional language; official use of a second tongue
                    """
                ),
                _listed(
                    """
                    a language dies when none speak it at work; one common speech holds people together;
                    translation of every form is costly; grandchildren no longer understand their elders
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    the opera house; grants to theatres; orchestra subsidies; money for modern art; state
                    aid for ballet; festivals of new music
                    """
                ),
                _listed(
                    """
                    ordinary taxpayers never buy a seat; music and drama wither without patrons; a city
                    without stages is dull; singers and painters should live by their audience
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("employers; trade unions; the labour ministry; economists"),
        things=_listed("the conditions of work; how wealth is shared; the cost of labour"),
        stakes=_listed(
            """
            firms would move abroad; workers cannot live on what they earn; prosperity should reach everyone
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    the minimum wage; hourly pay; the lowest legal salary; starting wages for the young; the
                    wage floor; pay by the hour in cafés
                    """
                ),
                _listed(
                    """
                    small shops would hire fewer hands; full-time staff still queue at food banks; waiters
                    and cleaners earn less than the rent; higher pay makes staff stay
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    a basic income; monthly payments to all citizens; cash without conditions; welfare; a
                    grant for everyone; unemployment benefit without tests
                    """
                ),
                _listed(
                    """
                    people would stop looking for jobs; nobody should have to prove that they are poor; free
                    money weakens the will to earn; a cheque each month gives courage to start something
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    the retirement age; state pensions; when people may stop working; old-age benefits;
                    pension contributions; early leave for those past sixty
                    """
                ),
                _listed(
                    """
                    we live longer than our grandparents did; roofers cannot climb at nearly seventy; fewer
                    earners carry ever more pensioners; grey-haired staff are pushed out too soon
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    inheritance tax; a levy on fortunes; death duties; what heirs receive; what the dead
                    leave to children; trusts of rich dynasties
                    """
                ),
                _listed(
                    """
                    family firms would be sold to pay the bill; great estates pass untaxed to a few; parents
                    saved so that their heirs would be safe; nobody earns the cradle they are born in
                    """
                ),
            ),
        ),
    ),
    Field(
        actors=_listed("technology companies; the regulator; newspaper editors; privacy advocates"),
        things=_listed("what people see online; the power of big platforms; the rules for new technology"),
        stakes=_listed(
            """
            free speech is at risk; companies profit from the data of users; the law cannot keep pace
            """
        ),
        topics=(
            Topic(
                _listed(
                    """
                    phones for children; social media accounts of teenagers; screen time; an age check;
                    video apps before bedtime; smartphones in the playground
                    """
                ),
                _listed(
                    """
                    girls compare themselves and despair; young people find friends on their phones; endless
                    scrolling eats sleep; parents and not laws should take the phone away
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    hateful posts; the moderation of comments; the deletion of lies; banned accounts;
                    rumours shared by thousands; trolls and their threats
                    """
                ),
                _listed(
                    """
                    insults drive women from debate; no firm should decide what is true; a false story
                    travels faster than its correction; deleting a post makes a martyr of its author
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    driverless cars; self-driving taxis; robots on the road; automated lorries; vehicles
                    without anyone at the wheel; robot shuttles
                    """
                ),
                _listed(
                    """
                    a machine cannot weigh one life against another; computers never drive drunk or tired;
                    who pays when the sensor fails is unclear; the blind could at last ride alone
                    """
                ),
            ),
            Topic(
                _listed(
                    """
                    artificial intelligence; chatbots; texts written by machines; algorithms that decide;
                    generated pictures and voices; automatic grading of applicants
                    """
                ),
                _listed(
                    """
                    nobody can say why the program chose so; clever software finds tumours early; models
                    learn the prejudice in their data; a language model invents its sources
                    """
                ),
            ),
        ),
    ),
)
TOPICS = tuple((field, topic) for field in FIELDS for topic in field.topics)
"""Each topic with its field, in the order of their numbers."""
