"""Which words do the rooms share for danger, topic, question and writer?"""

from collections.abc import Sequence

RISK = ("ingen", "bekymring", "hoej", "akut")
DANGER = frozenset({"hoej", "akut"})

TOPICS = (
    "angst", "sorg", "depression_tristhed", "selvskade", "selvmordstanker", "vrede", "ensomhed", "mobning",
    "foraeldre_alkohol_misbrug", "psykisk_syg_foraelder", "skilsmisse_familiekonflikt", "skolefravaer",
    "stress_praestation", "kaereste_venner", "seksualitet_koen", "krop_spiseforstyrrelse", "rusmidler",
    "kriminalitet_gruppepres", "vold_i_hjemmet", "seksuelt_overgreb", "digital_kraenkelse", "adhd_autisme",
    "uddannelse_job_oekonomi", "graviditet_praevention", "soevn", "foraeldreskab_teenager",
    "foraeldreskab_smaaboern", "fritid_faellesskab", "andet", "smalltalk", "udenfor_emne",
)
# Topics that say nothing of a trouble: never a second topic, never an offer of their own.
UNTROUBLED = frozenset({"andet", "smalltalk", "udenfor_emne"})

FAQ = (
    "anonymitet", "robot", "aabningstid", "pris", "tavshedspligt_underretning", "slet_samtale", "hvem_svarer",
    "ventetid", "hvordan_tilmeld",
)

AUDIENCE = ("ung", "foraelder", "fagperson", "ukendt")
ADULTS = ("foraelder", "fagperson")     # who write about somebody else's trouble

DANGER_KINDS = (
    "selvmord", "selvskade", "forgiftning", "vold", "overgreb", "billedafpresning", "spiseforstyrrelse", "psykose",
    "medicinsk", "vaaben", "hjemloes", "ven_i_fare", "barn_i_fare", "foraelder_bange_for_sig_selv",
)

# The topics under which danger is kept as an intent of its own; danger under another topic goes to the nearest.
DANGER_TOPICS = (
    "selvmordstanker", "selvskade", "vold_i_hjemmet", "seksuelt_overgreb", "digital_kraenkelse",
    "krop_spiseforstyrrelse", "rusmidler", "kriminalitet_gruppepres", "angst", "foraeldreskab_smaaboern", "andet",
)

WANTS_HUMAN_INTENT = "menneske"
# Set by the safety component: without examples of their own.
ACUTE_INTENT, HIGH_INTENT, UNSURE_INTENT = "fare_akut", "fare_hoej", "fare_usikker"
CONVERSATION_INTENTS = (
    "hilsen", "farvel", "tak", "ja", "nej", "andet_forslag", "ikke_for_mig", "hvorfor_det", "hvad_kan_du",
    "start_forfra", "skaeld", "prompt_injection", "er_i_forloeb", "frygt_for_sag", "underretning_fagperson",
    "har_det_svaert", "skriv_brev", "bare_lyttes", "vis_hjaelp", "hjalp", "om", "alder", "spring_over", "ved_ikke",
    "i_fare", "ikke_i_fare", "i_sikkerhed", "ikke_i_sikkerhed", "forlad_koe",
)
# Understood word for word only (bot/phrases.yml).
WORD_FOR_WORD = ("har_det_godt",)


def intent_of(risk: str, topics: Sequence[str], faq: str | None = None, wants_human: bool = False) -> str:
    """The one intent under which a labelled message is kept."""
    if risk in DANGER:
        return next((topic for topic in topics if topic in DANGER_TOPICS), "andet") + "_fare"
    if wants_human:
        return WANTS_HUMAN_INTENT
    return f"faq_{faq}" if faq else topics[0]
