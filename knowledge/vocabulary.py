"""Which words may stand in the fields of an offer?"""
TOPICS = frozenset({
    "angst", "sorg", "depression_tristhed", "selvskade", "selvmordstanker", "vrede", "ensomhed", "mobning",
    "foraeldre_alkohol_misbrug", "psykisk_syg_foraelder", "skilsmisse_familiekonflikt", "skolefravaer",
    "stress_praestation", "kaereste_venner", "seksualitet_koen", "krop_spiseforstyrrelse", "rusmidler",
    "kriminalitet_gruppepres", "vold_i_hjemmet", "seksuelt_overgreb", "digital_kraenkelse", "adhd_autisme",
    "uddannelse_job_oekonomi", "graviditet_praevention", "soevn", "foraeldreskab_teenager",
    "foraeldreskab_smaaboern", "fritid_faellesskab", "andet", "smalltalk", "udenfor_emne",
})

KINDS = frozenset({
    "akuthjaelp", "livslinien", "boernetelefonen", "ssp_raadgiver_chat", "sms_raadgivning", "brevkasse",
    "anonym_ungesamtale", "angstgruppe", "sorggruppe", "depressionsgruppe", "gruppe_psykisk_skroebelige",
    "gruppe_boern_af_psykisk_syge", "gruppe_alkohol_i_familien", "diamantforloeb", "foraeldrekontakten", "ppr",
    "uu_uddannelsesvejledning", "rusmiddelraadgivning", "seksuel_sundhed_raadgivning", "krisecenter_vold",
    "boern_og_familieafdeling", "headspace", "skilsmissegruppe", "spiseforstyrrelse_lms",
    "digital_sikkerhed_slethjaelp", "fritid_ungdomsskole",
})

AUDIENCES = frozenset({"ung", "barn", "foraelder", "paaroerende", "fagperson"})
FORMATS = frozenset({"individuel", "gruppe", "fysisk", "telefon", "sms", "chat", "brevkasse", "online"})
# In the order in which an offer keeps them.
CHANNELS = ("telefon", "sms", "chat", "brevkasse", "email", "web", "fremmoede")
STATUSES = frozenset({"draft", "published", "withdrawn"})
ROLES = frozenset({"offer", "channel", "handoff_team", "crisis", "professional_only", "universal_prevention",
                   "candidate", "placeholder"})

# Who vouches for a telephone number. Only the first group is ever told to anybody.
PUBLISHABLE = frozenset({"municipality", "official", "multiple_sources", "press_and_many_sources"})
CONTACT_STATUS = PUBLISHABLE | {"press", "secondary_source", "official_archived_verify", "unconfirmed"}
