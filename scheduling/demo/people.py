"""Invented people of the demo practice. Any likeness is chance; mail addresses end in .example."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

LAST_NAMES = (
    "Ahlers", "Abel", "Arslan", "Bauer", "Behrens", "Berger", "Böhm", "Brinkmann", "Castellani", "Conradi", "Dietz",
    "Dorn", "Dreyer", "Ebert", "Eilers", "Falk", "Falkenberg", "Feldmann", "Gärtner", "Großmann", "Grothe", "Haas",
    "Henning", "Hövel", "Imhof", "Jansen", "Jäger", "Jung", "Keller", "Kessler", "Kranz", "Krüger", "Lauer",
    "Lehmann", "Lindqvist", "Lorenz", "Maurer", "Meier", "Menge", "Möller", "Müller", "Neumann", "Niebuhr", "Nowak",
    "Öztürk", "Oswald", "Otte", "Paulsen", "Petrov", "Pohl", "Quandt", "Rathke", "Reinke", "Rieger", "Schade",
    "Schäfer", "Scholz", "Schröder", "Seidler", "Sommer", "Strauß", "Thamm", "Tietz", "Ulrich", "Urban", "Vetter",
    "Vogt", "Voß", "Weber", "Weiß", "Wulf", "Yıldız", "Zander", "van der Linden", "von Hagen",
)  # fmt: skip
WOMEN = (
    "Gesine", "Theresa", "Ruth", "Ilse", "Elsa", "Rosa", "Svenja", "Eva", "Hanna", "Sofie", "Meta", "Uta", "Agnes",
    "Pia", "Nele", "Hilde", "Lotte", "Wiebke", "Christa", "Ida", "Karin", "Magda", "Liv", "Vera", "Bente", "Käthe",
    "Jördis", "Ayşe", "Zoë", "Anke",
)  # fmt: skip
MEN = (
    "Emil", "Lars", "Armin", "Ralf", "Otto", "Tim", "Udo", "Gerd", "Jan", "Jost", "Friedrich", "Tilman", "Max",
    "Hannes", "Jonas", "Helmut", "Bruno", "Ove", "Paul", "Ludwig", "Henrik", "Arne", "Jörg", "Felix", "Günther",
    "Deniz", "Björn", "René", "Malte", "Sören",
)  # fmt: skip
STREETS = ("Marktstraße", "Lindenallee", "Am Mühlbach", "Schulgasse", "Rosenweg", "Bahnhofstraße", "Kirchplatz")
TOWNS = (("59821", "Arnsberg"), ("59755", "Neheim"), ("59846", "Sundern"), ("59872", "Meschede"))
# Pairs that are taken for each other on the telephone.
NAMESAKES = (
    ("Meier", "Magda", date(1960, 2, 1), "f"), ("Meier", "Magda", date(1986, 2, 11), "f"),
    ("Müller", "Jan", date(1974, 8, 30), "m"), ("Mueller", "Jan", date(2011, 5, 3), "m"),
    ("Schröder", "Käthe", date(1939, 12, 24), "f"), ("Schröder", "Käthe", date(1941, 1, 24), "f"),
)  # fmt: skip
# Callers who are not in the card index yet.
PROVISIONAL = (
    ("Amari", "Sami"), ("Santoro", "Giulia"), ("Thiel", "Jo"), ("Iskandar", "Nura"), ("Reusch", "Olga"),
    ("Kowalski", "Ewa"), ("Marquardt", "Nils"), ("Bianchi", "Luca"), ("Sahin", "Elif"), ("Hoffmann", "Tessa"),
)  # fmt: skip


def patients(chance: random.Random, count: int, today: date) -> Iterator[dict[str, Any]]:
    """Fields of `register_patient` for `count` people, the namesakes first."""
    seen = set()
    # Beyond the numbers of the first GDT files somebody tries here: those are other people.
    number = 5000
    for last, first, born, sex in NAMESAKES:
        number += 1
        seen.add((last, first))
        yield _person(chance, number, last, first, born, sex)
    while len(seen) < count:
        sex = chance.choice("fm")
        last, first = chance.choice(LAST_NAMES), chance.choice(WOMEN if sex == "f" else MEN)
        if (last, first) in seen:
            continue
        seen.add((last, first))
        number += 1
        yield _person(chance, number, last, first, _birth_date(chance, today), sex)


def _birth_date(chance: random.Random, today: date) -> date:
    """A family doctor's patients: some children, many old people."""
    age = chance.choices((6, 14, 28, 43, 58, 70, 82), weights=(6, 5, 10, 16, 24, 24, 15))[0]
    return today - timedelta(days=round((age + chance.uniform(-5.5, 6)) * 365.25))


def _person(chance: random.Random, number: int, last: str, first: str, born: date, sex: str) -> dict[str, Any]:
    postal_code, city = chance.choice(TOWNS)
    person: dict[str, Any] = {
        "number": str(number), "last_name": last, "first_name": first, "birth_date": born, "sex": sex,
        "street": f"{chance.choice(STREETS)} {chance.randint(1, 88)}", "postal_code": postal_code, "city": city,
    }  # fmt: skip
    if chance.random() < 0.75:
        person["mobile"] = f"+49 151 55{number:06d}"[:16]
    if chance.random() < 0.45 or "mobile" not in person:
        person["phone"] = f"02931 55{number}"
    if chance.random() < 0.5:
        person["email"] = f"patient{number}@post.example"
    if number % 23 == 0:
        # Somebody whom neither a call nor a mail reaches.
        person = {name: value for name, value in person.items() if name not in ("mobile", "phone", "email")}
    if number % 31 == 0:
        person["birth_date"] = None
    return person
