"""(being written)"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """(being written)"""


class SecondFactorAdapter(DefaultMFAAdapter):
    """(being written)"""
