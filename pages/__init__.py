"""The pages of the dashboard, a folder a section of the menu; no script lies directly in here."""
