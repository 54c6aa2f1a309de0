"""Everything of PawTune that is not a page; knows no screen and never imports streamlit."""
