"""A practice with old participants of several kinds, for browser tests of the Konto-Migration."""

from accounts.models import Practice, User
from accounts.services.participants import deactivate_participant
from tests.videosprechstunde.konto.cast import OldWorld, make_old_world

LIST = "/verwaltung/konto-migration/zuordnen/"


def make_konto_practice(practice: Practice, admin: User, host: str) -> OldWorld:
    """Inside the scope of the practice: nine old participants, eight free targets, none of them chosen yet."""
    world = make_old_world(practice, admin, host)
    reuter = world.old("Dr. Anke Reuter", email="reuter@vss-alt.example", appointment_type=world.kind)
    for _number in range(3):
        world.appointment(reuter, email="magda@post.example")
    brandes = world.old("Dr. Thilo Brandes", email="brandes@vss-alt.example")
    world.appointment(brandes, minutes_ahead=40, email="")
    world.old("Max Borchert", email="borchert@vss-alt.example", roles=[])
    kolbe = world.old("Dr. Ida Kolbe", roles=[world.role("Kolbe, Psychotherapie"), world.role("Kolbe, Hypnose")])
    world.appointment(kolbe, minutes_ahead=-5, email="kranz@post.example")
    world.old("Test Videoraum", roles=[], email="test@vss-alt.example")
    for user in ("wendt-1", "wendt-2"):
        world.old(
            "Dr. Paula Wendt", user=user, email=f"{user}@vss-alt.example", roles=[world.role(f"Wendt {user[-1]}")]
        )
    world.old("Silke Arndt", email="empfang@vss-alt.example", roles=[])
    rautenberg = world.old("Dr. Ole Rautenberg", email="rautenberg@vss-alt.example")
    world.appointment(rautenberg, sent=False, email="imhof@post.example")
    names = ("Reuter, Anke", "Brandes, Thilo", "Kolbe, Ida", "Wendt, Paula", "Wendt-Sommer, Paula", "Rautenberg, Ole",
             "Arndt, Silke")  # fmt: skip
    for name in names:
        world.target(name)
    deactivate_participant(participant=world.target("Borchert, Max"), actor=admin, now=world.moment)
    return world
