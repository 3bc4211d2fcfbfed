import pytest

from accounts.models import Practice
from integrations.downloads.models import ElementVersion
from tests.downloads_publisher import Publisher, fetch_all, the_version
from tests.integrations.downloads.following import PACK, offered


@pytest.fixture
def subscriber(publisher: Publisher, in_practice: Practice) -> Practice:
    """Has the first version, and wants what comes after it."""
    offered(publisher, in_practice, PACK)
    fetch_all()
    assert the_version().state == ElementVersion.State.VERIFIED
    return in_practice
