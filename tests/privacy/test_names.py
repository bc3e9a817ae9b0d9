import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.privacy import name_forms, name_lists, russian
from twin.privacy.name_forms import RUSSIAN_IN_LATIN, Role, script_of
from twin.privacy.name_reading import WORD, given_names, listed, read
from twin.privacy.names import Names

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
CONTACTS = [
    "Anna Petrova",
    "Мама",
    "Dr. Jones",
    "Саша (работа)",
    "kate_92",
    "Tom 🎸",
    "李小龙",
    "Наталья Сергеевна",
    "Сосед снизу",
    "Will Smith",
    "Вера",
    "Иван Петров",
    "Олег Коваленко",
    "Mary O'Brien",
    "Dmitriy Ivanov",
    "Work",
]
NAMES = Names(CONTACTS, KEY)


def hidden(text: str, names: Names = NAMES) -> str:
    return names.hide(text)[0]


def word(name: str, names: Names = NAMES) -> str:
    """What stands in place of one word."""
    found = hidden(name, names)
    assert found != name
    return found


def cases(name: str, role: Role = Role.GIVEN, gender: str = "m") -> list[str]:
    return [shape for place, shape in name_forms.decline(name, "Cyrillic", role, gender).items() if place in russian.CASES]


def surname_cases(name: str, gender: str) -> list[str]:
    return [name_forms.decline(name, "Cyrillic", Role.SURNAME, "")[f"{gender}.{case}"] for case in russian.CASES]


# The same person has the same name


def test_a_name_has_the_same_surrogate_in_the_header_and_in_every_text() -> None:
    given_name, surname = NAMES.whole("Anna Petrova").split()
    assert hidden("I met Anna Petrova, and Anna waved; Petrova is her name") == f"I met {given_name} {surname}, and {given_name} waved; {surname} is her name"
    assert {given_name, surname}.isdisjoint({"Anna", "Petrova"})


def test_the_same_key_gives_the_same_surrogates_and_another_key_others() -> None:
    same, others = Names(CONTACTS, KEY), Names(CONTACTS, OTHER_KEY)
    changed = [name for name in CONTACTS if NAMES.whole(name) != name]
    assert [same.whole(name) for name in CONTACTS] == [NAMES.whole(name) for name in CONTACTS]
    assert sum(others.whole(name) != NAMES.whole(name) for name in changed) >= len(changed) - 1


def test_a_key_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="3 bytes"):
        Names([], b"abc")


def test_the_order_of_the_contacts_does_not_matter() -> None:
    people = [f"{name.forms[0]} {surname.forms[0]}" for name, surname in zip(listed("Latin", Role.GIVEN, "f"), listed("Latin", Role.SURNAME), strict=False)][
        :60
    ]
    people += ["Саша", "Александра Иванова", "Александр Иванов", "Шура", "Алена", "Алёна"]
    forwards, backwards = Names(people, KEY), Names(people[::-1], KEY)
    assert [forwards.whole(name) for name in people] == [backwards.whole(name) for name in people]
    assert forwards.hide("Саше и Шуре от Алены")[0] == backwards.hide("Саше и Шуре от Алены")[0]


def test_two_contacts_never_become_one_person() -> None:
    women = [name.forms[0] for name in listed("Latin", Role.GIVEN, "f")][:60]
    men = [name.forms[0] for name in listed("Cyrillic", Role.GIVEN, "m")][:40]
    shorts = ["Саша", "Александр", "Шура", "Санёк", "Алёна", "Алена", "José", "Jose", "Anna", "Annie"]
    people = list(dict.fromkeys([*women, *men, *shorts]))
    names = Names(people, KEY)
    assert len({names.whole(name) for name in people}) == len(people)


def test_no_surrogate_is_a_real_name_of_the_same_history() -> None:
    people = [name.forms[-1] for name in listed("Cyrillic", Role.GIVEN, "f")][:40]
    names = Names(people, KEY)
    real = {form for name in people for form in hidden_forms(name)}
    for name in [*people, *(f"@{form}" for form in real)]:
        assert WORD.findall(names.whole(name))[0] not in real


def hidden_forms(name: str) -> set[str]:
    return {form for found, _ in given_names(name) for form in found.forms}


def test_when_a_list_is_used_up_the_names_are_numbered_and_still_told_apart() -> None:
    people = [name.forms[0] for gender in "mf" for name in listed("Georgian", Role.GIVEN, gender)]
    names = Names(people, KEY)
    assert len({names.whole(name) for name in people}) == len(people)
    assert any(names.whole(name).startswith("Contact") for name in people)
    assert all(names.reveal(names.whole(name)) == name for name in people)


# Script, gender, what is no name


@pytest.mark.parametrize(
    ("name", "scripts"),
    [
        ("Anna Petrova", {"Latin"}),
        ("Наталья Сергеевна", {"Cyrillic"}),
        ("Γιώργος Παπαδόπουλος", {"Greek"}),
        ("דוד כהן", {"Hebrew"}),
        ("محمد المصري", {"Arabic"}),
        ("राहुल शर्मा", {"Devanagari"}),
        ("李小龙", {"Han"}),
        ("田中太郎", {"Han"}),
        ("김철수", {"Hangul"}),
        ("さくら", {"Hiragana"}),
        ("タロウ", {"Katakana"}),
        ("ნინო ბერიძე", {"Georgian"}),
        ("Արամ Պետրոսյան", {"Armenian"}),
    ],
)
def test_a_surrogate_is_of_the_same_script_and_is_found_again(name: str, scripts: set[str]) -> None:
    names = Names([name], KEY)
    other = names.whole(name)
    assert {script_of(part) for part in WORD.findall(other)} == scripts
    assert not set(WORD.findall(other)) & set(WORD.findall(name))
    assert names.reveal(other) == name
    assert names.hide(name)[0] == other


def test_a_script_without_a_list_has_numbered_words() -> None:
    names = Names(["สมชาย", "ராஜா"], KEY)
    thai, tamil = names.whole("สมชาย"), names.whole("ராஜா")
    assert thai.startswith("Contact")
    assert tamil.startswith("Contact")
    assert thai != tamil
    assert names.hide("สวัสดีสมชายครับ")[0] == f"สวัสดี{thai}ครับ"
    assert names.reveal(f"สวัสดี{thai}ครับ") == "สวัสดีสมชายครับ"


GENDERS = {
    "Анна": "f",
    "Катя": "f",
    "Пётр": "m",
    "Петя": "m",
    "Илья": "m",
    "Любовь": "f",
    "Emma": "f",
    "Brian": "m",
    "Ekaterina": "f",
    "Evgeny": "m",
    "Ελένη": "f",
    "Νίκος": "m",
    "מיכל": "f",
    "سارة": "f",
    "秀英": "f",
    "유진": "f",
}


@pytest.mark.parametrize("key", [KEY, OTHER_KEY, bytes(32)])
def test_a_surrogate_is_of_the_same_gender(key: bytes) -> None:
    for name, gender in GENDERS.items():
        other = Names([name], key).whole(name)
        assert gender in {found.gender for found, _ in given_names(other)}, (name, other)


def test_a_patronymic_or_a_surname_tells_the_gender_that_the_given_name_does_not() -> None:
    for name, gender in {"Саша Петрова": "f", "Саша Петров": "m", "Женя Сергеевна": "f", "Валя Сергеевич": "m", "Sasha Petrova": "f"}.items():
        other = Names([name], KEY).whole(name).split()
        assert gender in {found.gender for found, _ in given_names(other[0])}, other
        if script_of(name) == "Cyrillic":
            assert other[1].endswith(("а", "я") if gender == "f" else ("в", "н", "й", "ч")), other


def test_a_name_that_may_be_anybodys_becomes_one_that_may_be() -> None:
    other = Names(["Саша"], KEY).whole("Саша")
    assert "" in {found.gender for found, _ in given_names(other)}


def test_a_short_form_is_that_of_the_contact_who_has_the_name_in_full() -> None:
    names = Names(["Саша", "Александра Белова"], KEY)
    full = names.whole("Александра Белова").split()[0]
    family = {form for found, _ in given_names(full) if found.forms[0] == full for form in found.forms}
    assert names.whole("Саша") in family - {full}


def test_a_surname_becomes_a_surname_and_a_patronymic_a_patronymic() -> None:
    given_name, patronymic = NAMES.whole("Наталья Сергеевна").split()
    assert "f" in {found.gender for found, _ in given_names(given_name)}
    assert patronymic.endswith(("вна", "чна"))
    assert patronymic != "Сергеевна"
    surname = NAMES.whole("Anna Petrova").split()[1]
    assert surname.endswith(("va", "na", "aya"))
    assert NAMES.whole("Dr. Jones").split()[1] in {name.forms[0] for name in listed("Latin", Role.SURNAME)}


def test_words_that_are_no_names_stay() -> None:
    staying = ["Мама", "Mum", "Work", "Boss", "Сосед снизу", "🎸", "Pizza Delivery", "Зубной врач", "妈妈", "Шиномонтаж", "Deleted Account", "+1 555 0100", ""]
    names = Names(staying, KEY)
    for name in staying:
        assert names.whole(name) == name
    assert names.hide("Мама, the boss, Work, сосед и врач: pizza")[1] == []


def test_what_stands_beside_a_name_stays_there() -> None:
    assert NAMES.whole("Саша (работа)").endswith(" (работа)")
    assert NAMES.whole("Tom 🎸").endswith(" 🎸")
    assert NAMES.whole("Dr. Jones").startswith("Dr. ")
    assert NAMES.whole("Mary O'Brien").split()[1].startswith("O'")


def test_a_number_in_a_handle_becomes_another_of_the_same_length() -> None:
    letters, number = NAMES.whole("kate_92").split("_")
    assert letters.islower()
    assert letters != "kate"
    assert len(number) == 2
    assert number.isdecimal()
    several = {Names([f"kate_{n}"], KEY).whole(f"kate_{n}").split("_")[1] == str(n) for n in range(10, 20)}
    assert False in several


def test_a_name_that_no_list_knows_is_a_name_where_it_is_capitalised() -> None:
    names = Names(["Zbignauk Przetrzelski", "Хрюндиль Абракадабров"], KEY)
    first, second = names.whole("Zbignauk Przetrzelski").split()
    assert {first, second}.isdisjoint({"Zbignauk", "Przetrzelski"})
    assert names.hide("so Zbignauk came")[0] == f"so {first} came"
    assert "Хрюндил" not in names.hide("Хрюндилю привет")[0]


def test_the_persons_own_names_stay_also_where_a_contact_shares_them() -> None:
    names = Names(["Анна Петрова", "Мария Иванова", "Олег"], KEY, keep=["Мария Смирнова"])
    assert names.whole("Мария Смирнова") == "Мария Смирнова"
    assert names.hide("Маша и Мария Смирнова, с Марией")[1] == []
    assert names.whole("Мария Иванова").startswith("Мария ")
    assert not names.whole("Мария Иванова").endswith("Иванова")
    assert "Маш" not in names.whole("Анна Петрова")


def test_a_name_that_was_not_given_is_hidden_as_a_text_is() -> None:
    assert NAMES.whole("Anna Schmidt") == f"{word('Anna')} Schmidt"


# Short forms, cases, capitals


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Anna Black", ["Annie", "Anya"]),
        ("Katherine", ["Kate", "Katie", "Kathy"]),
        ("Kate", ["Katherine", "Katie"]),
        ("Александр Белов", ["Саша", "Сашка", "Шура", "Сашенька", "Саня", "Шурик"]),
        ("Катя", ["Екатерина", "Катюша", "Катька", "Катенька", "Катечка", "Катюха"]),
        ("Лена", ["Елена", "Ленка", "Леночка"]),
        ("Ekaterina", ["Katya", "Katia", "Katyusha"]),
        ("Наталья Сергеевна", ["Наташа", "Сергевна"]),
        ("Саша", ["Александр", "Александра", "Сашеньке"]),
        ("Соня", ["София", "Софьей"]),
        ("Alex", ["Alexander", "Alexandra"]),
        ("Иван Иванович", ["Ваня", "Иваныч", "Ванька", "Иванычу"]),
    ],
)
def test_short_and_affectionate_forms_are_found(name: str, others: list[str]) -> None:
    names = Names([name], KEY)
    for other in others:
        assert names.hide(f"и {other} тоже")[1] == [(2, 2 + len(other))], other


def test_a_name_may_be_written_with_and_without_accents_and_composed_or_not() -> None:
    names = Names(["José", "Артём", "Андрей"], KEY)
    assert names.hide("Jose")[0] == names.whole("José")
    assert names.hide("Артем")[0] == names.whole("Артём")
    for name in ("José", "Артём", "Андрей"):
        assert names.hide(unicodedata.normalize("NFD", name))[0] == names.whole(name)


def declined(name: str, surrogate: str, gender: str) -> list[tuple[str, str]]:
    """The six cases of a given name, and of what stands in its place."""
    return list(zip(cases(name, gender=gender), cases(surrogate, gender=gender), strict=True))


@pytest.mark.parametrize(("name", "gender"), [("Антон", "m"), ("Игорь", "m"), ("Сергей", "m"), ("Пётр", "m"), ("Анна", "f"), ("Катя", "f"), ("Мария", "f")])
def test_a_given_name_stays_in_its_case(name: str, gender: str) -> None:
    for key in (KEY, OTHER_KEY):
        names = Names([name], key)
        for real, other in declined(name, names.whole(name), gender):
            found = names.hide(f"я думал, {real} тут")[0].split()[2]
            if real in (cases(name, gender=gender)[2], cases(name, gender=gender)[5]):  # the dative and the locative are often one
                assert found in (cases(names.whole(name), gender=gender)[2], cases(names.whole(name), gender=gender)[5], other)
            else:
                assert found == other


def test_the_cases_are_those_of_the_language() -> None:
    assert cases("Антон") == ["Антон", "Антона", "Антону", "Антона", "Антоном", "Антоне"]
    assert cases("Игорь") == ["Игорь", "Игоря", "Игорю", "Игоря", "Игорем", "Игоре"]
    assert cases("Павел") == ["Павел", "Павла", "Павлу", "Павла", "Павлом", "Павле"]
    assert cases("Лев") == ["Лев", "Льва", "Льву", "Льва", "Львом", "Льве"]
    assert cases("Санёк") == ["Санёк", "Санька", "Саньку", "Санька", "Саньком", "Саньке"]
    assert cases("Илья") == ["Илья", "Ильи", "Илье", "Илью", "Ильей", "Илье"]
    assert cases("Саша", gender="f") == ["Саша", "Саши", "Саше", "Сашу", "Сашей", "Саше"]
    assert cases("Ника", gender="f") == ["Ника", "Ники", "Нике", "Нику", "Никой", "Нике"]
    assert cases("Мария", gender="f") == ["Мария", "Марии", "Марии", "Марию", "Марией", "Марии"]
    assert cases("Наталья", gender="f") == ["Наталья", "Натальи", "Наталье", "Наталью", "Натальей", "Наталье"]
    assert cases("Любовь", gender="f") == ["Любовь", "Любови", "Любови", "Любовь", "Любовью", "Любови"]
    assert surname_cases("Петров", "m") == ["Петров", "Петрова", "Петрову", "Петрова", "Петровым", "Петрове"]
    assert surname_cases("Петров", "f") == ["Петрова", "Петровой", "Петровой", "Петрову", "Петровой", "Петровой"]
    assert surname_cases("Левицкий", "m") == ["Левицкий", "Левицкого", "Левицкому", "Левицкого", "Левицким", "Левицком"]
    assert surname_cases("Левицкий", "f") == ["Левицкая", "Левицкой", "Левицкой", "Левицкую", "Левицкой", "Левицкой"]
    assert surname_cases("Толстой", "m") == ["Толстой", "Толстого", "Толстому", "Толстого", "Толстым", "Толстом"]
    assert surname_cases("Шевчук", "m") == ["Шевчук", "Шевчука", "Шевчуку", "Шевчука", "Шевчуком", "Шевчуке"]
    for fixed, gender in [("Шевчук", "f"), ("Коваленко", "m"), ("Коваленко", "f"), ("Черных", "m"), ("Долгих", "f")]:
        assert surname_cases(fixed, gender) == [fixed] * 6
    assert [name_forms.decline("Сергеевич", "Cyrillic", Role.PATRONYMIC, "")[place] for place in ("m.ablt", "f.nomn", "f.ablt")] == [
        "Сергеевичем",
        "Сергеевна",
        "Сергеевной",
    ]


def test_a_couples_surname_stays_in_case_gender_and_number() -> None:
    names = Names(["Иван Петров", "Ольга Петрова"], KEY)
    masculine, feminine = names.whole("Иван Петров").split()[1], names.whole("Ольга Петрова").split()[1]
    assert name_forms.masculine_surname(feminine)[0] == masculine
    for gender in "mf":
        for real, other in zip(surname_cases("Петров", gender), surname_cases(masculine, gender), strict=True):
            assert names.hide(f"там {real} был")[0].split()[1] == other
    plural = name_forms.decline(masculine, "Cyrillic", Role.SURNAME, "")["plur.ablt"]
    assert names.hide("был с Петровыми")[0] == f"был с {plural}"


@pytest.mark.parametrize("surname", ["Коваленко", "Черных"])
def test_a_surname_that_is_never_declined_becomes_one_that_is_not(surname: str) -> None:
    names = Names([f"Ольга {surname}"], KEY)
    other = names.whole(f"Ольга {surname}").split()[1]
    assert surname_cases(other, "f") == [other] * 6 == surname_cases(other, "m")


def test_a_patronymic_stays_in_case_and_as_it_is_said() -> None:
    names = Names(["Наталья Сергеевна", "Павел Сергеевич"], KEY)
    masculine = names.whole("Павел Сергеевич").split()[1]
    assert names.whole("Наталья Сергеевна").split()[1] == russian.feminine_patronymic(masculine)
    assert names.hide("к Сергеевне")[0] == f"к {russian.feminine_patronymic(masculine)[:-1]}е"
    assert names.hide("с Сергеевичем")[0] == f"с {masculine}ем"
    assert "Серге" not in names.hide("Сергеичу и Сергевне")[0]


def test_the_vocative_of_a_short_form_is_that_of_the_surrogate_and_of_mama_stays() -> None:
    names = Names(["Саша", "Мама"], KEY)
    other = names.whole("Саша")
    assert names.hide("Саш, ты где? Мам, а ты?")[0] == f"{other[:-1]}{'ь' if other[-1] == 'я' else ''}, ты где? Мам, а ты?"


def test_whose_something_is_names_the_other_person() -> None:
    names = Names(["Катя"], KEY)
    assert names.hide("Катина мама и Катиного брата")[0] == f"{names.whole('Катя')[:-1]}ина мама и {names.whole('Катя')[:-1]}иного брата"


@pytest.mark.parametrize(
    "text", ["Anna's car", "Anna’s car", "the Petrovs' car", "@anna", "Anna-Jones", "(Anna)", "Anna!", "ANNA", "anna", "#anna", "«Anna»", "Anna…"]
)
def test_english_endings_marks_and_capitals_stay(text: str) -> None:
    other, spans = NAMES.hide(text)
    assert "anna" not in other.lower()
    assert "petrov" not in other.lower()
    assert spans
    start, end = spans[0]
    assert other.startswith(text[:start])
    assert other.endswith(text[spans[-1][1] :])
    assert text[start:end].isupper() == other[start : start + 3].isupper()
    assert text[start:end].islower() == other[start : start + 3].islower()
    assert NAMES.reveal(other) == text


def test_handles_that_are_a_contacts_name_are_found_also_in_latin_letters() -> None:
    first, second = (part.lower() for part in NAMES.whole("Anna Petrova").split())
    assert hidden("@annapetrova @anna_petrova @petrova_anna @anna.petrova") == f"@{first}{second} @{first}_{second} @{second}_{first} @{first}.{second}"
    assert "kate" not in hidden("ask @kate_92 or @Kate_92")
    assert hidden("@kate_92") == "@" + NAMES.whole("kate_92")
    assert "petrov" not in Names(["Иван Петров"], KEY).hide("@ivanpetrov @ivan_petrov")[0]


def test_a_given_name_in_a_handle_is_found_alone_too() -> None:
    assert hidden("hi Kate") != "hi Kate"


# What is no mention


@pytest.mark.parametrize(
    "text", ["Annapolis, Joanna, banana, anna2 and annas_x", "Тома Сойера", "Петровка, петровский, Иваново, олегович", "Tomorrow, atom, Tomato", ""]
)
def test_words_that_merely_contain_a_name_stay(text: str) -> None:
    assert NAMES.hide(text) == (text, [])


def test_names_that_are_words_are_hidden_only_where_the_writing_shows_that_they_are_names() -> None:
    names = Names(["Will Smith", "Mark", "May", "Rose", "Grace", "Hope", "Вера", "Надежда", "Любовь", "Роза", "Лев", "Слава Белов"], KEY)
    stay = [
        "I will mark the rose in may, with grace and hope",
        "Will you come? May I? Hope so. Mark my words.\nGrace is given",
        "I WILL COME",
        "вера, надежда и любовь; роза, лев и слава богу",
        "Слава богу! Вера творит чудеса. Надежда есть. Любовь зла. Лев рычит… Роза увяла",
        "😂 Will you",
    ]
    for text in stay:
        assert names.hide(text) == (text, []), text
    for text in [
        "I saw Will",
        "and Mark came",
        "Will Smith came",
        "Will, come",
        "Rose's car",
        "ask @will",
        "люблю Веру",
        "у Любови и Льва",
        "ко Льву",
        "Вера, привет",
        "со Славой",
    ]:
        assert names.hide(text)[1], text
    assert names.hide("Hope is there, says Надя, and Любе too")[1] == [(20, 24), (30, 34)]


def test_a_surname_that_is_a_word_is_hidden_where_it_has_a_capital() -> None:
    names = Names(["Олег Волков"], KEY)
    assert names.hide("боюсь волков")[1] == []
    assert names.hide("Волков пришёл с Волковым")[1] == [(0, 6), (16, 24)]


def test_small_letters_are_enough_for_what_is_no_word() -> None:
    assert NAMES.hide("спроси сашу и олега")[1] == [(7, 11), (14, 19)]


def test_a_case_of_a_name_that_is_a_word_is_not_taken_for_it() -> None:
    names = Names(["Валя", "Костя"], KEY)
    assert names.hide("вали отсюда, все кости болят")[1] == []
    assert len(names.hide("спроси у Вали и валиного костю")[1]) == 3


def test_a_text_in_several_scripts_has_all_its_names_hidden() -> None:
    text = "Anna, Саше и 李小龙: Иваном Петровым; kate_92"
    other, spans = NAMES.hide(text)
    assert [text[start:end] for start, end in spans] == ["Anna", "Саше", "李小龙", "Иваном", "Петровым", "kate_92"]
    assert NAMES.reveal(other) == text


def test_names_are_found_where_no_space_parts_them() -> None:
    names = Names(["李小龙", "王伟明", "김철수", "さくら", "ハルト"], KEY)
    for text in ["昨天李小龙和小龙来了", "철수가 왔다", "김철수는", "さくらが来た", "さくらちゃん", "ハルトは"]:
        other, spans = names.hide(text)
        assert spans, text
        assert names.reveal(other) == text
    for text in ["철수하다", "ハルトマン", "いさくら", "小王"]:
        assert names.hide(text) == (text, []), text


def test_a_surname_and_a_given_name_in_han_become_the_same_in_every_contact() -> None:
    names = Names(["李小龙", "李秀英", "王小龙"], KEY)
    first, second, third = (names.whole(name) for name in ("李小龙", "李秀英", "王小龙"))
    assert first[0] == second[0] != "李"
    assert first[1:] == third[1:]


def test_hebrew_and_arabic_names_are_found_behind_what_is_written_onto_them() -> None:
    names = Names(["דוד כהן", "أحمد"], KEY)
    assert names.hide("לדוד")[0] == "ל" + names.hide("דוד")[0] != "לדוד"
    assert names.hide("وأحمد")[0] == "و" + names.whole("أحمد")


def test_greek_names_are_declined() -> None:
    names = Names(["Νίκος"], KEY)
    assert names.hide("του Νίκου, Νίκο")[1] == [(4, 9), (11, 15)]
    assert names.reveal(names.hide("του Νίκου, Νίκο")[0]) == "του Νίκου, Νίκο"


# Back again, and without names


def test_reveal_takes_back_what_hide_did() -> None:
    for text in [
        "Саше привет, видел Сашу с Сашкой? САША! саш, Сашенька",
        "Иваном Петровым, Ивану Петрову, о Петровых; Ваня, Ване, ванька",
        "Anna's car, Annie! I saw Will Smith. ask @kate_92 or Kate",
        "Олегу Коваленко и Наталье Сергеевне, с Наташей",
        "Dmitriy Ivanov and Mary O'Brien",
        "Мама пришла с работы",
    ]:
        other, _ = NAMES.hide(text)
        assert NAMES.reveal(other) == text


def test_every_display_name_is_revealed() -> None:
    people = [*CONTACTS, "Алена", "Алёна", "José", "Jose", "ANNA", "Александр", "Шура"]
    names = Names(people, KEY)
    assert [names.reveal(names.whole(name)) for name in people] == people


def test_a_surrogate_is_revealed_in_whatever_case_it_stands() -> None:
    names = Names(["Олег", "Анна"], KEY)
    for name, gender in (("Олег", "m"), ("Анна", "f")):
        for real, other in declined(name, names.whole(name), gender):
            assert names.reveal(f"про {other}!") == f"про {real}!"
            assert names.reveal(other.upper()) == real.upper()


def test_without_names_nothing_is_done_and_no_dictionary_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(russian, "_analyzer", lambda: pytest.fail("loaded"))
    assert Names([], KEY).hide("Anna и Саша") == ("Anna и Саша", [])
    names = Names(["Tom Baker", "李小龙"], KEY)
    assert names.hide("Саша")[1] == []
    assert names.hide("Tom")[1] == [(0, 3)]


def test_a_text_whose_words_are_known_to_be_no_names_is_given_back_as_it_is() -> None:
    text = "Anna"
    assert NAMES.hide(text, ["hello"]) == (text, [])
    assert NAMES.hide(text, ["anna"])[1] == [(0, 4)]
    assert "anna" in NAMES.words
    assert "сашей" in NAMES.words
    assert "hello" not in NAMES.words


# The lists


def test_the_lists_are_long_enough() -> None:
    for script, least, surnames in [("Latin", 150, 200), ("Cyrillic", 150, 200), (RUSSIAN_IN_LATIN, 150, 200)]:
        assert min(len(listed(script, Role.GIVEN, gender)) for gender in "mf") >= least
        assert len(listed(script, Role.SURNAME)) >= surnames
    for script in "Greek Hebrew Arabic Devanagari Han Kanji Hangul Hiragana Katakana Georgian Armenian".split():
        assert min(len(listed(script, Role.GIVEN, gender)) for gender in "mf") >= 40, script
        assert len(listed(script, Role.SURNAME)) >= 40, script


def test_the_russian_names_that_are_words_are_those_of_the_dictionary() -> None:
    names = [name for role in Role for gender in ("m", "f", "") for name in listed("Cyrillic", role, gender)]
    forms = {(form, name) for name in names for form in name_forms.bases(name).values()}
    assert {form for form, name in forms if name_forms.reads_as_word(form, name)} == name_lists.CYRILLIC_WORDS


def test_the_lists_hold_single_words_of_their_script() -> None:
    for script in "Latin Cyrillic Greek Hebrew Arabic Devanagari Han Kanji Hangul Hiragana Katakana Georgian Armenian".split():
        names = [*listed(script, Role.SURNAME), *(name for gender in ("m", "f", "") for name in listed(script, Role.GIVEN, gender))]
        for form in (form for name in names for form in name.forms):
            assert WORD.fullmatch(form), form
            assert unicodedata.is_normalized("NFC", form), form
            scripts = {script_of(letter) for letter in form} - {""}
            assert scripts <= {"Han" if script == "Kanji" else script}, form


def test_what_is_read_of_a_name_is_all_of_it() -> None:
    for name in [*CONTACTS, "  Anna\t(x) ", "a_b", "🎸", "--", "O'Brien-Jones, Jr."]:
        assert "".join(part.text for parts in read(name) for part in parts) == name


PEOPLE = ["Anna Petrova", "Иван Левицкий", "Наталья Сергеевна", "Катя", "Brian Kennedy", "Артём", "Dmitriy", "김철수", "李小龙", "γιώργος"]
EVERY = Names(PEOPLE, KEY)
FORMS = sorted(
    {"Anna", "Annie", "Petrova", "Ивана", "Ваня", "Левицкому", "Левицкая", "Сергеевной", "Наташе", "Катюша", "катей", "КАТЕ"}
    | {"Brian", "Kennedy", "kennedy", "Артёму", "Артема", "Dima", "Dmitriy", "김철수", "李小龙", "小龙", "Γιώργου"}
)
FILLERS = st.sampled_from(["hello", "и", "the", "завтра", "42", "😀", "на", "went", "о!", "«да»", "ok", "会"])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(FILLERS, st.sampled_from(FORMS)), max_size=8), st.sampled_from([" ", ", ", "\n", "! "]))
def test_no_form_of_a_real_name_is_left_in_a_text(words: list[str], between: str) -> None:
    text = between.join(words)
    other, spans = EVERY.hide(text)
    assert not set(WORD.findall(other)) & set(FORMS)
    assert [text[start:end] for start, end in spans] == [one for one in words if one in FORMS]
    assert EVERY.hide(other) == (other, [])


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_a_text_without_names_is_never_touched(text: str) -> None:
    if EVERY.words.isdisjoint(WORD.findall(text.casefold())) and not any(sign in text for sign in ("김철수", "철수", "小龙")):
        assert EVERY.hide(text) == (text, [])
    other, spans = EVERY.hide(text)
    assert (other == text) or spans


def test_no_form_of_a_listed_russian_name_is_there_twice() -> None:
    for name in (name for gender in ("m", "f", "") for name in listed("Cyrillic", Role.GIVEN, gender)):
        forms = list(name_forms.bases(name).values())
        assert len(forms) == len(set(forms)), forms


@pytest.mark.parametrize("names", [NAMES, EVERY], ids=["contacts", "people"])
def test_every_form_is_revealed_as_itself_or_as_one_that_shares_its_surrogates_form(names: Names) -> None:
    sharing: dict[str, list[str]] = {}
    for form in names.words:
        sharing.setdefault(names.hide(f"@{form}")[0], []).append(f"@{form}")
    assert len(sharing) > 300
    for other, forms in sharing.items():
        assert names.reveal(other).casefold() in forms


LETTERS = st.sampled_from("abyAOшьяАИйСńéЁΩώאשםلмвкова李小명수さンთი ((_-'.9🎸็นकि")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(LETTERS, max_size=12), max_size=4, unique=True))
def test_whatever_people_are_called_they_stay_apart_and_are_revealed(people: list[str]) -> None:
    names = Names(people, KEY)
    assert len({names.whole(name) for name in people}) == len(people)
    assert [names.reveal(names.whole(name)) for name in people] == people
    for name in people:
        names.hide(f"{name}, и {name.upper()}")
