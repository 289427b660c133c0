"""Consultations under the traditional approval procedure (TAP): drafts, notes by TSB, and their consistency."""
