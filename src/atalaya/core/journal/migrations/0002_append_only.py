"""The journal is append-only: the database itself refuses changes."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
create function journal_refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' and current_setting('atalaya.flush', true) = 'on' then
    return null;
  end if;
  raise exception 'the journal is append-only' using errcode = 'restrict_violation';
end $$;
create trigger journal_no_change before update or delete on journal_entry
  for each row execute function journal_refuse_change();
create trigger journal_no_truncate before truncate on journal_entry
  for each statement execute function journal_refuse_change();
"""
BACKWARD = """
drop trigger journal_no_truncate on journal_entry;
drop trigger journal_no_change on journal_entry;
drop function journal_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers on the table of entries."""

    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
