"""The Community: application and vetting, profiles, the directory of officers. Opens in a later version."""
