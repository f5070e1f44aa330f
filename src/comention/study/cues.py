"""Words that say what kind of study a text reports, each with what it says and how much that weighs.

A cue is written in lower case; `{a,b}` stands for either, `{s,}` for an optional letter. The longest cue counts
where two begin at one place, so that "in vitro fertilization" is not "in vitro"; what says nothing (`none`)
is there to be longer than what it hides.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import NamedTuple

#: What may stand before a cue; a hyphen only before those of `AGES`.
BEFORE = " (/\"'[-"
AGES = ("year", "month", "day")


class Cue(NamedTuple):
    """What a cue says: a kind of evidence, its weight, and the organism that it names (MeSH), if any."""

    kind: str
    weight: float
    species: str | None = None


_PEOPLE = (
    "{patients,subjects,women,men,children,adolescents,participants,volunteers,infants,neonates,newborns,adults,"
    "individuals,persons,people,outpatients,inpatients,survivors,respondents,mothers,students,nurses,physicians,"
    "boys,girls,smokers,caregivers,residents,athletes,workers,employees,veterans,females,males}"
)

# Kinds of evidence: random (people or animals are assigned by chance), trial, review, meta, protocol, letter,
# case, design (of a study of people), people, animal, cells, model.
_CUES = f"""
random 1: {{randomised,randomized}} {{,controlled ,control ,clinical ,controlled clinical ,double-blind ,open-label ,crossover ,placebo-controlled }}{{trial,study}}
random 1: {{double-blind,double-blinded,double blind,placebo-controlled,placebo controlled,single-blind,single-blinded,triple-blind}}
random 1: {{randomly,were randomly,was randomly}} {{assigned,allocated,divided,selected to receive,switched,given,received,distributed,grouped}}
random 1: {{were,was}} {{randomised,randomized}}|{{randomised,randomized}} to|{{randomised,randomized}} {{,to receive ,into }}{{either,two groups,two,three,in a}}|cluster-{{randomised,randomized}}
random .6: {{randomised,randomized,randomisation,randomization}}|crossover {{study,trial,design}}|cross-over {{study,trial,design}}|placebo group|pragmatic trial|superiority trial|equivalence trial|noninferiority|non-inferiority|versus placebo|or placebo|with placebo
none 0: {{randomised,randomized}} {{,controlled ,control ,clinical ,controlled clinical ,placebo-controlled }}{{trials,studies}}|non-{{randomised,randomized}}|nonrandomi{{s,z}}ed|randomly {{selected,sampled,chosen}}|mendelian {{randomisation,randomization}}
trial 1: phase {{1,2,3,4,i,ii,iii,iv,ib,iia,iib,1b,2a,2b,3b,iiia,iiib,1/2,i/ii,2/3,ii/iii}} {{,clinical ,randomized ,randomised ,open-label ,multicenter ,multicentre ,single-arm }}{{trial,study}}
trial 1: {{open-label,open label,single-arm,single arm}}|dose-escalation|{{controlled,uncontrolled,open,interventional,prospective clinical,pilot clinical}} {{trial,clinical trial}}
trial .7: {{this,present,our,the,prospective,pilot,a clinical,the clinical}} trial|clinical trial|trial was registered|maximum tolerated dose|dose-limiting|non-{{randomised,randomized}} {{trial,controlled trial,clinical trial}}|pooled {{analysis,data}} from
trial .4: intervention group|control group received|treatment arm|efficacy and safety|safety and efficacy|open trial|objective response rate|post hoc analysis|subgroup analyses|placebo
none 0: clinical trials|field trial{{s,}}|future {{trial,clinical trial}}|trial and error|clinical trial{{s,}} {{are,is}} {{needed,warranted}}
review 1: {{this,present,current,our,the present,mini,systematic,scoping,narrative,literature,umbrella,integrative,critical,comprehensive,state-of-the-art,rapid,the,invited}} review|minireview|mini-review|(review)
review 1: we {{review,reviewed,summarize,summarise,overview}}|we {{,also ,here ,briefly ,critically ,systematically }}review|this {{article,paper,chapter,work,manuscript}} {{reviews,summarizes,summarises,presents a review,provides an overview,discusses,describes the current,outlines,aims to review,highlights}}
review 1: {{is,are}} {{reviewed,summarized,summarised}}|a review of|review {{of the literature,article,aims,focuses,discusses,summarizes,summarises,describes,explores,will,highlights,covers,provides,presents,outlines,examines}}|an overview of|we {{will discuss,discuss}}|will be {{reviewed,discussed}}
review 1: search methods|we searched|included studies|study selection|data extraction|data sources|search of|searched for
review .6: {{systematic,literature,electronic,comprehensive}} search|{{pubmed,medline}}|embase|cochrane library|web of science|prisma|{{studies,articles,trials}} were {{included,identified,retrieved}}|eligible {{studies,articles}}
outline .4: {{recent,current}} {{advances,developments,progress,knowledge,evidence,understanding,concepts,literature,perspectives,findings}}|{{state,update}} of the art|future {{directions,perspectives,prospects}}|{{is,are}} discussed|have been {{described,reported}}|article{{s,}} of this|challenges and|perspective|perspectives|reviews|{{has,have}} emerged|the role of|{{play,plays}} {{a,an}}|{{therapeutic,treatment,potential}} {{strategies,targets,approaches,options,applications}}|{{is,are}} {{known,thought,considered}}|insights into|{{remain,remains}}|challenges|mechanisms|strategies|applications|can be|may be|potential|here, we discuss|outlook|guidelines|recommendations|emerging
review .9: review
none 0: {{chart,records,record,medical record,case,retrospective,peer,institutional,internal,external,ethics,file}} {{review,reviews}}|review board{{s,}}|a retrospective review{{ of,}}|review of {{our,the medical,medical,the records,records,patients,charts,the charts,youtube,consecutive}}|{{records,charts,files,notes,cases,slides,data,patients,histories}} {{were,was}} {{retrospectively ,}}reviewed|we {{retrospectively ,}}reviewed {{the records,the medical,the charts,all,medical,our,records,patients,data,charts,consecutive}}|the literature {{is,was,are}} reviewed|{{with,and}} {{a ,}}{{review of the literature,literature review}}|literature review of
meta 1: meta-analysis|meta-analytic|metaanalysis|meta analysis|network meta-analysis|meta-regression|pooled {{odds ratio,estimate,effect,relative risk,risk ratio,prevalence}}
none 0: meta-analyses|metagenome
protocol 1: study protocol|protocol {{for,of}} a|trial protocol|protocol for systematic|will be {{randomised,randomized,recruited,enrolled,included,randomly,conducted,collected,searched,assessed,invited,performed,measured,evaluated,extracted,allocated,analysed,analyzed,carried out,used to assess}}|this protocol
protocol .5: {{this study,this trial,the study,we}} will|trial registration
letter 1: letter to the editor|in reply|reply to|comment on|commentary on|to the editor|response to letter|re:|author reply
case 1: case {{report,reports,presentation,history}}|{{a,the,one,this,an unusual,a rare,unusual,first,rare,another,an interesting,a new,present,our,first reported}} case {{of,is,was,report}}|{{report,describe,present,presents,describes,reports,describing}} {{a,the,an,one,our,this}} {{case,patient,rare case,unusual case,woman,man,boy,girl,infant,child,first case,a new case,case of,rare,unusual,male,female}}|{{two,three}} {{cases,patients}} {{of,are,with}}|{{two,three,four,five,six}} {{cases,patients}} {{are ,were ,have been ,}}{{reported,described,presented}}
case .8: year-old {{man,woman,boy,girl,male,female,patient,white,black,child,lady,infant,gentleman,caucasian,previously,african,japanese,chinese,caucasian,multiparous,primigravida,primiparous,diabetic,healthy}}|years-old|month-old {{boy,girl,infant,male,female,child}}|day-old {{boy,girl,infant,male,female,newborn}}|in this case|{{the,our}} patient {{was,had,is,presented,has,died,underwent,recovered}}|a patient {{with,who,is}}|was admitted|case {{is,was}} {{reported,described,presented}}|the case of
case .4: year-old|literature {{is,was}} reviewed|{{with,and}} {{a ,}}{{review of the literature,literature review}}|autopsy|in our case|this patient|rare
none 0: case series|case-control|case studies|year-old {{mice,rats,rat,children,patients,adults,men,women,cows,boys,girls}}|week-old|month-old {{mice,rats}}
design 1: {{retrospective,prospective,cross-sectional,longitudinal,observational,case-control,population-based,cohort,nationwide,multicenter,multicentre,epidemiological,epidemiologic,case control,follow-up}} {{study,studies,cohort,analysis,review,survey,data,cohort study,observational,multicenter,multicentre,comparative,single-center,case series,descriptive,clinical study,clinical}}|chart review|case-control|retrospectively|case series|we {{retrospectively ,}}reviewed {{the records,the medical,the charts,all,medical,our,records,patients,data,charts,consecutive}}|review of {{our,the medical,medical,the records,records,patients,charts,the charts,consecutive}}|{{records,charts,files,notes,cases,patients,histories}} {{were,was}} {{retrospectively ,}}reviewed|a retrospective review{{ of,}}
design 1: {{questionnaire,questionnaires,interviews,focus groups,focus group,semi-structured,interviewed}}|{{cross-sectional,national,online,web-based,household,health,postal,telephone,global}} {{survey,interview survey,questionnaire}}|consecutive patients|{{healthy,normal,human,adult}} {{controls,volunteers,subjects,individuals,donors}}|cohort|case-controls
design .6: {{odds,hazard}} ratio|{{multivariate,multivariable,univariate,cox,logistic}} {{analysis,regression,logistic,proportional}}|kaplan-meier|{{overall,progression-free,disease-free}} survival|prevalence|incidence of|risk factors|{{were,was}} {{enrolled,recruited,interviewed,surveyed,diagnosed,hospitalized,admitted,followed up,followed-up,operated}}|surgery|follow-up|{{postoperative,postoperatively,preoperative}}|clinical {{features,characteristics,outcomes,findings,course}}|survey|self-reported|registry|body mass index|{{cases,patients}} of|confidence interval|hospital|aged
people 1: {_PEOPLE}|cadavers|human {{sera,serum,plasma}}|schoolchildren|pregnant women|pregnancies|human subjects
people .4: patient|infant|child|woman|man|twins|families|serum samples|biopsies|cases|healthy|population
none 0: {{patient,person,men}}'s|patient-derived xenograft{{s,}}|people's republic
cells 1: cell {{line,lines,culture,cultures}}|{{cultured,primary,isolated,human,mouse,rat,tumor,tumour,cancer,endothelial,epithelial,transfected,purified,hela,jurkat,thp-1,vero,hepg2,mcf-7,cho,a549,neuronal,stromal,stem,fibroblast,bovine,murine,lymphoid,spleen,leukemia,granulosa,mononuclear}} cells{{ were,}}|in vitro|in-vitro|hek293{{t,}}|hek 293{{t,}}|hela|mcf-7|mcf7|hepg2|a549|raw264.7|raw 264.7|jurkat|thp-1|caco-2|huvecs|huvec|mda-mb-231|u937|k562|hct116|hct-116|sh-sy5y|pc12|bv2|u87|ht-29|ht29|hl-60|hl60|3t3|ipscs|organoids|organoid|monolayers|explants|explant|{{brain,kidney,liver,hippocampal,tissue,cortical,retinal}} slices|organ {{bath,culture,cultures}}|ex vivo|co-culture{{d,}}|cocultured|tissue culture|perfused {{kidneys,kidney,heart,hearts,liver,livers,lung,lungs}}|isolated {{perfused,tubules,hepatocytes,cardiomyocytes,neurons,lymphocytes,islets,adipocytes,fat cells}}|whole-cell patch
cells .5: cultured|cultures|transfected|transfection|incubated {{with,in}}|{{cell,cells}} {{proliferation,viability,migration,invasion,lines,growth,apoptosis,death}}|knockdown|overexpression|sirna|shrna|cell cycle|homogenates|microsomes|tube formation|luciferase|incubation|synaptosomes|transfecting|silencing
cells .25: fibroblasts|lymphocytes|macrophages|monocytes|hepatocytes|keratinocytes|myoblasts|osteoblasts|chondrocytes|neurons|cardiomyocytes|pbmcs|pbmc|cells|mitochondria|western blot|dendritic cells|isolated
none 0: in vitro fertili{{s,z}}ation|in-vitro fertili{{s,z}}ation|vitro fertili{{s,z}}ation|{{stem,red blood,white blood,sickle,mast,t,b,solar,fuel,clear,squamous,small,basal,giant,hairy,germ,renal,plasma}} cell|cell carcinoma{{s,}}|solar cells|fuel cells
own 1: we {{found,find,show,showed,demonstrate,demonstrated,report,observed,identified,measured,investigated,examined,evaluated,analyzed,analysed,developed,performed,used,compared,conducted,studied,assessed,determined}}|our {{results,data,study,findings}}|{{the,these,experimental}} results|results {{show,showed,indicate,suggest,revealed}}|significantly|{{was,were}} {{measured,determined,performed,compared,analyzed,analysed,examined,treated,observed,obtained,found,investigated,evaluated,studied,assessed,detected,calculated,collected,tested,prepared,synthesized,identified,conducted}}|{{this,the present,present,our,the current}} {{study,work,investigation,trial,experiment}}|p <|p =|p<|p<0.05|n =|here{{,,}} we|{{aim,purpose,objective}} of this
own .5: results|significant|showed|revealed|exhibited|increased|decreased|compared {{with,to}}|higher|lower|mean|correlation|correlated|experiments|methods|aimed to
model 1: in silico|in-silico|molecular {{docking,dynamics,modeling,modelling}}|{{docking,simulation}} {{study,studies}}|density functional|dft {{calculations,calculation}}|finite element|{{deep,machine,reinforcement,transfer}} learning|neural network{{s,}}|{{numerical,computer,monte carlo,dynamics}} {{simulation,simulations,model,calculations}}|simulation results|{{mathematical,computational,simulation,dynamics,agent-based,theoretical,stochastic,bayesian cognitive,transmission,system dynamics}} {{model,models,modeling,modelling,framework,approach,method,methods}}|homology modeling|bioinformatics analys{{i,e}}s|virtual screening|multiscale calculations
model .5: simulation|simulations|simulated|algorithm|algorithms|computational|model predicts|random forest|convolutional|we propose a{{n,}}|the proposed {{method,model,approach,algorithm,network}}|dataset|datasets|software|benchmark|bioinformatics|numerically|theoretically|radiomics|classifier|ab initio|calculations
"""

_ANIMALS = {
    "Mice": "{male,female} {mice,c57bl/6,balb/c}|mice|mouse model{s,}|murine model{s,}|c57bl/6{j,n,}|c57bl|balb/c|balb|nude mice|db/db|ob/ob|apoe-/-|transgenic mice|knockout mice|xenograft{s,}|knock-out mice|mouse",
    "Rats": "{male,female} {rats,wistar,sprague-dawley,sprague dawley,albino rats}|rats|sprague-dawley|sprague dawley|wistar|rat|rat model{s,}",
    "Macaca mulatta": "rhesus {monkey,monkeys,macaque,macaques}|rhesus|macaques",
    "Macaca fascicularis": "cynomolgus {monkeys,macaques}|cynomolgus",
    "Rabbits": "male rabbits|female rabbits|rabbits|rabbit",
    "Dogs": "dogs|dog|canine|beagle|beagles|mongrel dogs",
    "Cats": "cats|feline",
    "Cattle": "cattle|cows|calves|bovine|heifers|steers|bulls|dairy cows|cow",
    "Swine": "pigs|piglets|swine|porcine|minipigs|sows|pig",
    "Sheep": "sheep|lambs|ewes|ovine|ewe|lamb",
    "Goats": "goats",
    "Horses": "horses|equine|mares|ponies|foals",
    "Guinea Pigs": "guinea pigs|guinea-pigs|guinea pig|guinea-pig",
    "Cricetinae": "hamsters|hamster",
    "Chickens": "chickens|chicks|broilers|hens|chick {embryo,embryos}|chicken|broiler|laying hens",
    "Zebrafish": "zebrafish|danio rerio",
    "Drosophila melanogaster": "drosophila|fruit flies",
    "Caenorhabditis elegans": "caenorhabditis elegans|c. elegans",
    "": "monkeys|baboons|ferrets|fish|trout|salmon|carp|tilapia|xenopus|frogs|frog|toads|toad|lizards|lizard|snake{s,}|turtle{s,}|"
    "birds|bird|ducks|turkeys|quail{s,}|pigeons|pigeon|insects|insect|mosquitoes|larvae|nauplii|artemia|daphnia|snails|oysters|mussels|shrimp|"
    "crabs|crayfish|honeybee{s,}|bees|grasshopper{s,}|locust{s,}|ants|beetle{s,}|moths|butterflies|nematodes|nematode|ticks|voles|squirrels|bats|deer|"
    "primates|livestock|wildlife|animal model{s,}|animals|animal experiments|in vivo|in-vivo|rodents|rodent|stickleback|leech{es,}|earthworms|spiders|"
    "sea urchin{s,}|gerbils|opossum{s,}|mink|foxes|amphibians|reptiles|cockroach{es,}|crickets|tadpoles|murine|monkey|bullfrog{s,}|salamander{s,}|newt{s,}|amphioxus|sea star{s,}|starfish|jellyfish|planarian{s,}|crustaceans|molluscs|cod|whale{s,}|dolphin{s,}|seal{s,}|elephant{s,}|chimpanzee{s,}|marmoset{s,}|alligator{s,}|lobster{s,}|squid|aplysia",
}
_WEAK_ANIMALS = frozenset(
    "mouse rat rabbit dog canine cat feline cattle bovine cow pig porcine swine sheep ovine lamb ewe equine goats "
    "hamster chicken fish larvae animals insects insect murine birds bird nematodes xenograft "
    "xenografts ticks bats mosquitoes livestock rodent rodents bulls monkey primates wildlife nematode".split(" ")
) | {"in vivo", "in-vivo", "guinea pig", "guinea-pig"}
_NO_ANIMALS = "{mouse,rabbit,goat,donkey,rat,sheep,chicken} {monoclonal,polyclonal,anti-,antibody,antibodies,antiserum}|fetal bovine serum|bovine serum{ albumin,}|animal model{s,} {are,is}|fish oil|computer mouse|mosquito-borne|tick-borne|in vivo {dosimetry,confocal}|sheep {red cells,erythrocytes,red blood cells}"


def _expanded(pattern: str) -> list[str]:
    outside_and_in = enumerate(re.split(r"[{}]", pattern))
    parts = [part.split(",") if at % 2 else [part] for at, part in outside_and_in]
    return ["".join(choice) for choice in itertools.product(*parts)]


def _table() -> dict[str, Cue]:
    """Return what each cue says; of a cue that stands twice the first says it."""
    found: dict[str, Cue] = {}
    for line in _CUES.strip().splitlines():
        head, _, cues = line.partition(": ")
        kind, weight = head.split()
        for cue in (one for pattern in cues.split("|") for one in _expanded(pattern)):
            found.setdefault(cue, Cue(kind, float(weight)))
    for cue in (one for pattern in _NO_ANIMALS.split("|") for one in _expanded(pattern)):
        found[cue] = Cue("none", 0)
    for species, patterns in _ANIMALS.items():
        for cue in (one for pattern in patterns.split("|") for one in _expanded(pattern)):
            found[cue] = Cue("animal", 0.7 if cue in _WEAK_ANIMALS else 1, species or None)
    return found


def _trie(cues: list[str]) -> str:
    """Return a pattern of these words, sorted and distinct, that tries each letter once."""
    ends = bool(cues) and cues[0] == ""
    branches = [
        re.escape(letter) + _trie([cue[1:] for cue in group])
        for letter, group in itertools.groupby(cues[ends:], key=lambda cue: cue[0])
    ]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if ends else body


@functools.cache
def cues() -> dict[str, Cue]:
    """Return what each cue says, by the cue in lower case."""
    return _table()


@functools.cache
def pattern() -> re.Pattern[str]:
    """Return what finds the cues, as its group, in lower-case text that begins with a space.

    A cue begins behind one of `BEFORE`; that the pattern begins with it makes the search four times as fast.
    """
    return re.compile(rf"[{re.escape(BEFORE)}]({_trie(sorted(cues()))})(?!\w)")
