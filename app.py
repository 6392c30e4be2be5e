"""The router of the dashboard: its pages, and the sidebar that says which run and judgement they show."""

from pathlib import Path

import streamlit as st

from pages.parts import history, links, present, sidebar
from pages.parts.audit import address

# A picture of our own: the browser would fetch a Material icon, named here or by a page, from another server.
ICON = Path(__file__).parent / "pages" / "parts" / "icon.png"
st.set_page_config(page_title="VAL-Bench Explorer", page_icon=str(ICON), layout="wide")

OVERVIEW = "pages/results/overview.py"

page = st.navigation(
    {
        "Results": [
            # The default page answers only at `/`, whatever its path: the hidden one makes /overview work.
            st.Page(OVERVIEW, title="Overview", icon=":material/dashboard:", url_path="home", default=True),
            st.Page(OVERVIEW, title="Overview", url_path="overview", visibility="hidden"),
            st.Page("pages/results/topics.py", title="Topics", icon=":material/category:"),
            st.Page("pages/results/compare.py", title="Compare", icon=":material/compare_arrows:"),
        ],
        "Read": [
            st.Page("pages/read/pairs.py", title="Pairs", icon=":material/forum:"),
            st.Page("pages/read/rationales.py", title="Rationales", icon=":material/gavel:"),
        ],
        "Explore": [
            st.Page("pages/explore/clusters.py", title="Clusters", icon=":material/scatter_plot:"),
        ],
        "Judge": [
            st.Page("pages/judge/calibration.py", title="Calibration", icon=":material/straighten:"),
            st.Page("pages/judge/agreement.py", title="Agreement", icon=":material/balance:"),
            st.Page("pages/judge/audit.py", title="Audit", icon=":material/rule:"),
        ],
        "Run": [
            st.Page(
                "pages/evaluate/runs.py",
                title="Evaluate",
                icon=":material/play_circle:",
                url_path="evaluate",
            )
        ],
    }
)

links.lead(page.url_path)

with st.sidebar:
    with present.controls("run"):
        sidebar.show(
            blind=address.blind(page.url_path), meant=lambda run: address.checked(page.url_path, run)
        )
    present.switch()
    history.keep_steps()
present.style()

page.run()
