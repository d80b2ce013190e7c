-- The tables of the first release. Instants are nanoseconds since 1970 (UTC), enumerations the numbers of model/.
-- The names in braces are types whose spelling differs between databases (store/sql.hpp, Dialect).

CREATE TABLE policy (
  id          {id},
  level       SMALLINT NOT NULL,
  cloud       {text} NOT NULL,
  provider    {text} NOT NULL,
  target_type SMALLINT NOT NULL,
  target      {text} NOT NULL,
  description {text},
  policies    {text} NOT NULL,  -- JSON: defaultPolicy, scoped
  created_by  {text} NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX policy_of_target ON policy (provider, target, target_type, cloud, level);

-- Appended by ascending id. No second index: it would cost most of the write throughput.
CREATE TABLE access_token (
  id          {id},
  digest      {blob} NOT NULL,
  kind        SMALLINT NOT NULL,
  variant     SMALLINT NOT NULL,
  subject     {text} NOT NULL,
  audience    {text} NOT NULL,
  scope       {text},
  target_type SMALLINT NOT NULL,
  target      {text} NOT NULL,
  cloud       {text} NOT NULL,
  requester   {text} NOT NULL,
  issued_at   BIGINT NOT NULL,
  expires_at  BIGINT,
  usage_limit BIGINT,
  uses_left   BIGINT
);

CREATE TABLE encryption_key (
  system         {text} PRIMARY KEY,
  sealed_key     {blob} NOT NULL,
  mode           SMALLINT NOT NULL,
  algorithm      {text} NOT NULL,
  initial_vector {blob} NOT NULL,
  created_at     BIGINT NOT NULL
);

CREATE TABLE event (
  id    {id},
  at    BIGINT NOT NULL,
  kind  {text} NOT NULL,
  actor {text} NOT NULL,
  body  {text} NOT NULL
);
