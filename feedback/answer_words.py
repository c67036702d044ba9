"""The words around a questionnaire on its public pages, in the languages that a survey may have.

The catalogues of the desk are Estonian and English; clients are also spoken to in Russian, so these few sentences stand
here, in all three.
"""

from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "next": {"et": "Edasi", "en": "Next", "ru": "Далее"},
    "back": {"et": "Tagasi", "en": "Back", "ru": "Назад"},
    "send": {"et": "Saada vastused", "en": "Send the answers", "ru": "Отправить ответы"},
    "confirm": {"et": "Kinnita ja saada", "en": "Confirm and send", "ru": "Подтвердить и отправить"},
    "language": {"et": "Keel", "en": "Language", "ru": "Язык"},
    "optional": {"et": "(ei ole kohustuslik)", "en": "(optional)", "ru": "(необязательно)"},
    "other": {"et": "Muu", "en": "Other", "ru": "Другое"},
    "other_words": {"et": "Mis täpsemalt?", "en": "What exactly?", "ru": "Что именно?"},
    "place": {"et": "koht", "en": "place", "ru": "место"},
    "no_choice": {"et": "vali", "en": "choose", "ru": "выберите"},
    "i_agree": {"et": "Olen nõus", "en": "I agree", "ru": "Согласен(на)"},
    "errors": {"et": "Mõni vastus vajab pilku", "en": "Some answers need a look", "ru": "Некоторые ответы нужно проверить"},
    "errors_kept": {"et": "Teie vastused on alles.", "en": "Your answers are kept.", "ru": "Ваши ответы сохранены."},
    "thanks": {"et": "Aitäh!", "en": "Thank you!", "ru": "Спасибо!"},
    "thanks_text": {"et": "Vastused on kohal.", "en": "Your answers have arrived.", "ru": "Ваши ответы получены."},
    "test_text": {
        "et": "See oli proovivastus; seda ei loeta kuhugi.", "en": "This was a test answer; it counts nowhere.",
        "ru": "Это был пробный ответ; он нигде не учитывается.",
    },
    "closed": {"et": "See link ei ava enam küsitlust", "en": "This link opens no survey any more", "ru": "Эта ссылка больше не открывает опрос"},
    "closed_text": {
        "et": "Võib-olla olete juba vastanud, aeg on läbi või on link poolik. Kui soovite meile midagi öelda, kirjutage aadressil",
        "en": "You may have answered already, the time is over, or the link is incomplete. To tell us something, write to",
        "ru": "Возможно, вы уже ответили, время вышло или ссылка неполная. Если хотите нам что-то сообщить, напишите на",
    },
    "further": {
        "et": "Teie vastuse tõttu avanes lisaküsimus. Palun vastake ka sellele ja saatke siis uuesti.",
        "en": "Your answer brought up one more question. Please answer it too, then send again.",
        "ru": "После Вашего ответа появился дополнительный вопрос. Пожалуйста, ответьте и на него и отправьте снова.",
    },
    "further_several": {
        "et": "Teie vastuste tõttu avanesid lisaküsimused. Palun vastake ka neile ja saatke siis uuesti.",
        "en": "Your answers brought up more questions. Please answer them too, then send again.",
        "ru": "После Ваших ответов появились дополнительные вопросы. Пожалуйста, ответьте и на них и отправьте снова.",
    },
    "too_many": {"et": "Palun oodake veidi", "en": "Please wait a little", "ru": "Пожалуйста, немного подождите"},
    "too_many_text": {
        "et": "Samast võrgust on selle tunni jooksul alustatud väga palju vastamisi. Teie vastused on sellel lehel alles: jätke leht avatuks ja proovige uuesti alates kella {at}.",
        "en": "Very many have begun to answer from the same network within this hour. Your answers are kept on this page: leave it open and try again from {at}.",
        "ru": "За этот час из той же сети начали отвечать очень многие. Ваши ответы сохранены на этой странице: оставьте её открытой и попробуйте снова с {at}.",
    },
    "decline": {"et": "Ärge minult rohkem küsige", "en": "Do not ask me again", "ru": "Больше меня не спрашивать"},
    "decline_text": {
        "et": "Siis ei saada me sellele aadressile enam ühtegi küsitlust.",
        "en": "We will then send no more surveys to this address.",
        "ru": "Тогда мы больше не будем присылать опросы на этот адрес.",
    },
    "declined": {"et": "Rohkem me ei küsi", "en": "We will not ask again", "ru": "Больше не будем спрашивать"},
    "contact": {"et": "Kas soovite, et Teiega võetaks ühendust?", "en": "Would you like to be contacted?", "ru": "Хотите, чтобы с вами связались?"},
    "contact_text": {
        "et": "Ainult siis, kui soovite. Kirjutage, kuidas Teid tabada.", "en": "Only if you wish. Write how to reach you.",
        "ru": "Только если вы хотите. Напишите, как с вами связаться.",
    },
    "contact_apart": {
        "et": "Küsitlus on anonüümne: Teie kontakti hoitakse vastustest eraldi ja neid ei saa kokku viia.",
        "en": "The survey is anonymous: your contact is kept apart from the answers and nothing joins them.",
        "ru": "Опрос анонимный: ваш контакт хранится отдельно от ответов, и связать их нельзя.",
    },
    "name": {"et": "Nimi", "en": "Name", "ru": "Имя"},
    "reach": {"et": "E-post või telefon", "en": "E-mail or telephone", "ru": "Эл. почта или телефон"},
    "words": {"et": "Millest rääkida soovite?", "en": "What would you like to talk about?", "ru": "О чём хотите поговорить?"},
    "ask_contact": {"et": "Palun võtke ühendust", "en": "Please contact me", "ru": "Прошу связаться"},
    "will_contact": {"et": "Võtame Teiega ühendust", "en": "We will contact you", "ru": "Мы с вами свяжемся"},
    "privacy": {"et": "Mis Teie vastustest alles jääb", "en": "What is kept of your answers", "ru": "Что сохраняется из ваших ответов"},
    "identified": {
        "et": "Vastused jäävad Teie pöördumise juurde. Neid näevad küsitluse pidajad ja need, kes Teie asjaga tegelevad.",
        "en": "The answers stay with your case. They are seen by those who keep the survey and those who work on your matter.",
        "ru": "Ответы хранятся вместе с вашим обращением. Их видят те, кто ведёт опрос, и те, кто занимается вашим делом.",
    },
    "confidential": {
        "et": "Vastused on Teist lahus. Seost hoitakse eraldi ja see avatakse ainult kirja pandud põhjusel, näiteks kui palute "
              "ühendust.",
        "en": "The answers stand apart from you. The link is kept separately and opened only for a recorded reason, such as your "
              "wish to be contacted.",
        "ru": "Ответы хранятся отдельно от вас. Связь хранится отдельно и открывается только по записанной причине, например по "
              "вашей просьбе связаться.",
    },
    "anonymous": {
        "et": "Vastused on anonüümsed: me ei hoia Teie nime, aadressi ega kellaaega, ainult päeva.",
        "en": "The answers are anonymous: we keep neither your name nor address nor the hour, only the day.",
        "ru": "Ответы анонимны: мы не храним ни имени, ни адреса, ни времени, только день.",
    },
    "step": {"et": "Osa {at} / {of}", "en": "Part {at} of {of}", "ru": "Часть {at} из {of}"},
}  # fmt: skip
LANGUAGE_NAMES = {"et": "eesti keeles", "en": "in English", "ru": "по-русски"}

# Errors of answers come from the catalogue in Estonian and English; for Russian they are looked up by the English words.
RUSSIAN_ERRORS = {
    "Please answer this question.": "Пожалуйста, ответьте на этот вопрос.",
    "Without your consent this cannot be sent.": "Без вашего согласия отправить нельзя.",
    "Choose one of the marks.": "Выберите одну из оценок.",
    "Choose one of the answers.": "Выберите один из ответов.",
    "Choose among the answers.": "Выберите среди ответов.",
    "Choose one answer in each row.": "Выберите один ответ в каждой строке.",
    "Give each choice a place by its number.": "Дайте каждому варианту место числом.",
    "Two choices have the same place.": "У двух вариантов одно и то же место.",
    "Write a number.": "Напишите число.",
    "Write the day as day, month, year.": "Напишите день: день, месяц, год.",
    "This number is outside what is asked for.": "Это число вне допустимых пределов.",
    "This day is outside what is asked for.": "Этот день вне допустимых пределов.",
}


def words(language: str) -> dict[str, Any]:
    """All of them in one language."""
    return {name: by_language.get(language) or by_language["en"] for name, by_language in WORDS.items()}


def error_in(language: str, sentence: str) -> str:
    return RUSSIAN_ERRORS.get(sentence, sentence) if language == "ru" else sentence
