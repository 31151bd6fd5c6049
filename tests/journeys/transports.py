"""The transports. A journey that names none uses one of them: see `conftest.py`."""

import pytest

in_socket_mode = pytest.mark.parametrize("transport", ["socket"], indirect=True)
over_http = pytest.mark.parametrize("transport", ["http"], indirect=True)
over_both = pytest.mark.parametrize("transport", ["socket", "http"], indirect=True)
