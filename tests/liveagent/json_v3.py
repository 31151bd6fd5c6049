"""What version 3 may answer: any JSON, and a time that its samples have."""

from datetime import UTC, datetime

from hypothesis import strategies as st

FRIDAY = datetime(2026, 11, 27, 8, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                ["id", "conversationid", "status", "datereopen", "active_tickets", "x"]
            ),
            inner,
        )
    ),
)
