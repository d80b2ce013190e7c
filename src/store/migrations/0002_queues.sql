-- Message queues. A cleared sub-queue lives on under a new id, so that clearing costs the same however deep it was; the
-- messages of the old id are removed a piece at a time.

CREATE TABLE sub_queue (
  id         BIGINT NOT NULL,
  name       {text} PRIMARY KEY,
  restricted SMALLINT NOT NULL,
  listed     SMALLINT NOT NULL,
  depth      BIGINT NOT NULL
);
CREATE UNIQUE INDEX sub_queue_of_id ON sub_queue (id);

CREATE TABLE cleared_sub_queue (
  id {id}
);

CREATE TABLE message (
  id           {id},
  uuid         {text} NOT NULL,
  sub_queue    BIGINT NOT NULL,
  state        SMALLINT NOT NULL,
  assigned_to  {text},
  payload      {text} NOT NULL,  -- JSON
  published_at BIGINT NOT NULL,
  due_at       BIGINT,
  expires_at   BIGINT,
  attempts     BIGINT NOT NULL,
  deadline     BIGINT            -- the earlier one of due_at and expires_at
);
-- Messages are asked for by uuid over all nodes, and `next` wants the oldest one of a sub-queue that is ready.
CREATE UNIQUE INDEX message_of_uuid ON message (uuid);
CREATE INDEX message_in_order ON message (sub_queue, state, id);
CREATE INDEX message_by_deadline ON message (deadline) WHERE deadline IS NOT NULL;
