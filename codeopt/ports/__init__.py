"""The seams: what the stages need from the outside world, as protocols.

Adapters (``codeopt/adapters``) implement them; only ``cli/wiring.py`` names adapters.
"""

from codeopt.ports.executor import Executor
from codeopt.ports.journal import Entry, Journal
from codeopt.ports.language import Language
from codeopt.ports.models import LanguageModel, Message, Reply, Request
from codeopt.ports.repository import Checkout, Repository, Source, Status
from codeopt.ports.sandbox import Command, Completed, Guarantee, Limits, Probe, Sandbox, Session
from codeopt.ports.strategies import Assignment, Examiner, Graph, Outcomes, Proposal, Strategy
from codeopt.ports.workers import Parcel, Workers, WorkersLost

__all__ = (
    "Assignment",
    "Checkout",
    "Command",
    "Completed",
    "Entry",
    "Examiner",
    "Executor",
    "Graph",
    "Guarantee",
    "Journal",
    "Language",
    "LanguageModel",
    "Limits",
    "Message",
    "Outcomes",
    "Parcel",
    "Probe",
    "Proposal",
    "Reply",
    "Repository",
    "Request",
    "Sandbox",
    "Session",
    "Source",
    "Status",
    "Strategy",
    "Workers",
    "WorkersLost",
)
