"""What clients of the demo wrote of how they were served: invented, without anything that would name a person."""

# With the cause under which such an answer is coded.
MISSING = (
    ("communication_no_news", "Ootasin kaua ega teadnud vahepeal, kas minu kirjaga üldse tegeletakse."),
    ("communication_no_news", "Oleksin soovinud, et viivitusest antakse ise teada, mitte ei pea üle küsima."),
    ("communication_no_news", "Pärast vastuvõtukinnitust oli kaks nädalat vaikus."),
    ("communication_unclear_letter", "Vastus oli pikk ja täis viiteid seadustele, aga minu küsimusele otsest vastust ei olnud."),
    ("communication_unclear_letter", "Kirjast ei saanud aru, mida ma nüüd tegema pean."),
    ("communication_contradiction", "Telefonis öeldi üht, kirjas vastati teisiti."),
    ("communication_tone", "Vastus oli viisakas, aga jäi tunne, et mu murest ei hoolita."),
    ("communication_promise_broken", "Lubati samal päeval tagasi helistada, kõnet ei tulnud."),
    ("knowledge_incomplete_answer", "Küsisin kolme asja, vastuse sain ühele."),
    ("knowledge_incomplete_answer", "Saadeti ainult link, mille olin ise juba läbi lugenud."),
    ("knowledge_wrong_answer", "Esimene vastus osutus valeks ja pidin taotluse uuesti esitama."),
    ("process_lost_on_handover", "Kirjeldasin sama asja kolmele inimesele, enne kui õige üksuseni jõudsin."),
    ("process_too_many_steps", "Lihtsa muudatuse jaoks oli vaja täita neli eri vormi."),
    ("web_hard_to_find", "Kodulehelt oli vajalikku vormi väga raske leida."),
    ("web_outdated", "Juhend veebis ei vasta enam sellele, mida vormil küsitakse."),
    ("web_form_unclear", "Vormi väljade selgitused olid arusaamatud, arvasin mitu korda valesti."),
    ("system_error", "Keskkond andis salvestamisel vea ja kogu sisestatu läks kaotsi."),
    ("system_hard_to_use", "E-teenus on kohmakas, telefoniekraanil ei saa seda kasutada."),
    ("workload_phone_queue", "Telefonile ei vastatud, sain läbi alles neljandal katsel."),
    ("workload_peak", "Kevadel oli ooteaeg liiga pikk, pärast seda läks kiiremini."),
    ("law_term_too_long", "Mõistan, et seadus lubab 30 päeva, aga minu jaoks oli see liiga kaua."),
    ("law_fee", "Riigilõiv tundub nii väikese muudatuse eest ebaõiglane."),
)  # fmt: skip
PRAISE = (
    "Vastus tuli kiiremini, kui lootsin.",
    "Spetsialist selgitas rahulikult ja arusaadavalt.",
    "Sain kohe esimese kõnega vastuse.",
    "Väga meeldiv ja asjatundlik suhtlus, aitäh!",
    "Kirjas oli sammhaaval välja toodud, mida teha. Nii peakski olema.",
    "Mind suunati kohe õige inimese juurde.",
    "Tore, et helistati tagasi täpselt siis, kui lubati.",
    "Keeruline asi tehti minu jaoks lihtsaks.",
    "Vastus oli lühike ja konkreetne.",
    "Abi oli olemas ka siis, kui olin ise vale vormi täitnud.",
    "Kõik sujus, midagi ette heita ei ole.",
    "Hea, et juhendist saadeti kohe ka näidis.",
    "Leti taga oldi sõbralik ja asi sai korda viie minutiga.",
    "Viibimisest anti varakult teada, see oli viisakas.",
)
OF_COMPLAINTS = (
    ("communication_unclear_letter", "Otsuse põhjendus oleks võinud olla lihtsamas keeles."),
    ("communication_no_news", "Uurimise käigust oleks pidanud vahepeal teada andma."),
    ("process_no_owner", "Alguses ei teadnud keegi, kes minu kaebusega tegeleb."),
    ("law_decision_content", "Minu peamine väide jäi otsuses käsitlemata."),
    ("communication_tone", "Vabandus oleks olnud omal kohal kohe, mitte alles lõpus."),
    ("process_not_followed", "Lubatud parandus tehti ära alles pärast meeldetuletust."),
    ("", "Kaebus lahendati põhjalikult, selle üle mul nuriseda ei ole."),
)
OF_THE_YEAR = (
    ("web_hard_to_find", "Koduleht vajaks paremat otsingut."),
    ("web_unclear_language", "Kirjutage juhendid lihtsamas eesti keeles."),
    ("workload_phone_queue", "Telefoniliin võiks olla avatud ka pärast tööpäeva lõppu."),
    ("system_hard_to_use", "E-teenuses võiks varem sisestatud andmeid korduvalt kasutada."),
    ("communication_no_news", "Taotluse seisu võiks näha ilma helistamata."),
    ("web_missing", "Rohkem näidiseid ja täidetud vormide eeskujusid."),
    ("system_outage", "Keskkond võiks aruannete esitamise ajal kindlamini töötada."),
    ("", "Jätkake samas vaimus!"),
)
# What a follow-up came to.
CONTACTED = (
    "Helistasin kliendile, leppisime kokku järgmise sammu.",
    "Kirjutasin kliendile ja vabandasin viivituse pärast.",
)
RESOLVED = (
    "Selgitasin vastuse sisu üle, klient jäi rahule.",
    "Saatsin puuduva juhendi ja kontrollisin, et vorm jõudis kohale.",
    "Vabandasime; klient sai vastuse ka teisele küsimusele.",
    "Asi suunati õigesse üksusesse, klient sai sealt vastuse.",
)
NOT_REACHED = ("Helistasin kahel päeval, vastust ei saanud.", "Kirjutasin kaks korda, klient ei vastanud.")
