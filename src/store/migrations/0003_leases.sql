-- Leases of other services' credentials. Rows live on for a while after their end, as what is known of a name that
-- turns up at a provider.

CREATE TABLE lease (
  id              {id},
  name            {text} NOT NULL,
  owner           {text} NOT NULL,
  provider        {text} NOT NULL,
  role            {text},
  state           SMALLINT NOT NULL,
  reason          SMALLINT NOT NULL,
  label           {text} NOT NULL,
  external_id     {text},
  handle          {text} NOT NULL,  -- JSON: what the provider needs to take it back
  sealed_value    {blob},
  digest          {blob} NOT NULL,
  issued          {text},
  requested_at    BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  hard_end        BIGINT NOT NULL,
  ttl             BIGINT NOT NULL,
  due_at          BIGINT,           -- when something has to be done about it
  attempts        BIGINT NOT NULL,
  last_error      {text},
  released        SMALLINT NOT NULL,
  idempotency_key {text}
);
CREATE UNIQUE INDEX lease_of_name ON lease (name);
CREATE UNIQUE INDEX lease_of_label ON lease (label);
CREATE INDEX lease_of_external_id ON lease (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX lease_of_owner ON lease (owner, id);
CREATE INDEX lease_of_provider ON lease (provider, id);
CREATE INDEX lease_by_due_released ON lease (provider, due_at) WHERE due_at IS NOT NULL AND (released = 1 OR state >= 6);
CREATE INDEX lease_by_due ON lease (provider, due_at) WHERE due_at IS NOT NULL;
-- Few at a time: what is being made or taken back, or cannot be.
CREATE INDEX lease_in_work ON lease (provider, state) WHERE state IN (1, 2, 4, 5);
CREATE UNIQUE INDEX lease_of_key ON lease (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- How many leases count against quotas: from the intent until nothing is left to be done.
CREATE TABLE lease_count (
  kind  SMALLINT NOT NULL,
  name  {text} NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (kind, name)
);
