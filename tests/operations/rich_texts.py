"""Rich texts as people type them in Slack."""

from hypothesis import strategies as st

words = st.text("ab {}\n", min_size=1, max_size=8)
texts = st.builds(
    lambda text, styles: {"type": "text", "text": text, **({"style": styles} if styles else {})},
    words,
    st.dictionaries(st.sampled_from(["bold", "italic", "strike"]), st.just(value=True), max_size=2),
)
links = st.builds(
    lambda text: {"type": "link", "url": "https://acme.example/a", "text": text}, words
)
parts = st.lists(texts | links, min_size=1, max_size=3)
sections = st.builds(lambda held: {"type": "rich_text_section", "elements": held}, parts)
lists = st.builds(
    lambda items, style: {"type": "rich_text_list", "style": style, "elements": items},
    st.lists(sections, min_size=1, max_size=3),
    st.sampled_from(["bullet", "ordered"]),
)
quotes = st.builds(lambda held: {"type": "rich_text_quote", "elements": held}, parts)
rich_texts = st.builds(
    lambda held: {"type": "rich_text", "elements": held},
    st.lists(sections | lists | quotes, max_size=4),
)
