/// The tables of the PostgreSQL store, and how older databases become current ones.
enum PostgresSchema {
  /// The migrations, oldest first; one that was released is never changed.
  static let migrations = [
    PostgresMigration(name: "predictions", sql: createPredictions + createTriggers),
    PostgresMigration(name: "jobs", sql: createJobs),
    PostgresMigration(name: "keys", sql: createKeys),
    PostgresMigration(name: "zones", sql: PostgresZones.create),
  ]

  /// Identities start with their time, so that the months of the table are ranges of identities, and
  /// the primary key is the identity alone. What facets are, `SQLiteSchema` says; here their counts and
  /// tallies leave room in their pages, where a row that is counted up finds its next version.
  private static let createPredictions = """
    CREATE TABLE predictions (
      id uuid PRIMARY KEY,
      created_at timestamptz(3) NOT NULL,
      request_id text NOT NULL,
      filename text NOT NULL,
      model_used text NOT NULL,
      model_version text NOT NULL,
      predicted_class text NOT NULL,
      confidence double precision NOT NULL,
      inference_time_ms double precision NOT NULL,
      top_k jsonb NOT NULL,
      uncertain boolean NOT NULL,
      garment boolean NOT NULL,
      preprocess text NOT NULL,
      client_key_id text NOT NULL,
      image_sha256 text NOT NULL,
      true_label text,
      facet bigint NOT NULL
    ) PARTITION BY RANGE (id);
    CREATE INDEX predictions_by_facet ON predictions (facet, id);
    CREATE INDEX predictions_labelled ON predictions (id) WHERE true_label IS NOT NULL;

    CREATE TABLE prediction_pictures (
      id uuid PRIMARY KEY,
      pixels bytea NOT NULL
    ) PARTITION BY RANGE (id);

    CREATE TABLE prediction_facets (
      facet bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      model_used text NOT NULL,
      model_version text NOT NULL,
      predicted_class text NOT NULL,
      uncertain boolean NOT NULL,
      true_label text NOT NULL,
      predictions bigint NOT NULL DEFAULT 0,
      removals bigint NOT NULL DEFAULT 0,
      UNIQUE (model_used, model_version, predicted_class, uncertain, true_label)
    ) WITH (fillfactor = 50);

    CREATE TABLE prediction_tallies (
      span smallint NOT NULL,
      period timestamptz(0) NOT NULL,
      facet bigint NOT NULL,
      garment boolean NOT NULL,
      bin smallint NOT NULL,
      predictions bigint NOT NULL,
      PRIMARY KEY (span, period, facet, garment, bin)
    ) WITH (fillfactor = 70);

    """

  /// Triggers keep the counts exact in the very transaction that adds, labels or removes records. They
  /// run once a statement, so that records stored together are counted together, and lock the facets
  /// in one order: transactions that count the same wait for each other, and never in a circle.
  private static let createTriggers = """
    CREATE FUNCTION count_inserted_predictions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      \(PostgresTallies.change(by: [("added", 1)]))
      RETURN NULL;
    END $$;
    CREATE TRIGGER count_inserted_predictions AFTER INSERT ON predictions
      REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_predictions();

    CREATE FUNCTION count_labelled_predictions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      \(PostgresTallies.change(by: [("added", 1), ("removed", -1)], countsRemovals: false))
      RETURN NULL;
    END $$;
    CREATE TRIGGER count_labelled_predictions AFTER UPDATE ON predictions
      REFERENCING NEW TABLE AS added OLD TABLE AS removed
      FOR EACH STATEMENT EXECUTE FUNCTION count_labelled_predictions();

    CREATE FUNCTION count_deleted_predictions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      \(PostgresTallies.change(by: [("removed", -1)]))
      DELETE FROM prediction_pictures WHERE id IN (SELECT id FROM removed);
      RETURN NULL;
    END $$;
    CREATE TRIGGER count_deleted_predictions AFTER DELETE ON predictions
      REFERENCING OLD TABLE AS removed
      FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_predictions();
    """

  /// As in SQLite; a claim is `worker` until `lease_until`, by the clock of the database.
  private static let createJobs = """
    CREATE TABLE jobs (
      id text COLLATE "C" PRIMARY KEY,
      kind text NOT NULL,
      state text NOT NULL,
      parameters text NOT NULL,
      owner_key_id text NOT NULL,
      created_at timestamptz(3) NOT NULL,
      started_at timestamptz(3),
      ended_at timestamptz(3),
      done bigint NOT NULL DEFAULT 0,
      total bigint,
      unit text NOT NULL DEFAULT '',
      detail text,
      result text,
      error_code text,
      error_message text,
      attempts integer NOT NULL DEFAULT 0,
      crashes integer NOT NULL DEFAULT 0,
      cancellation_requested boolean NOT NULL DEFAULT false,
      revision bigint NOT NULL DEFAULT 0,
      checkpoint text,
      worker text,
      lease_until timestamptz(3)
    );
    CREATE INDEX jobs_to_do ON jobs (kind, id) WHERE state IN ('queued', 'running');
    CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;

    CREATE TABLE job_events (
      job text COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      number bigint NOT NULL,
      created_at timestamptz(3) NOT NULL,
      name text NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (job, number)
    );
    """

  /// The keys that callers have, without their secrets, and the secrets that servers share. What they mean
  /// is said where they are used.
  private static let createKeys = """
    CREATE TABLE api_keys (
      id text COLLATE "C" PRIMARY KEY,
      position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      content jsonb NOT NULL
    );

    CREATE TABLE service_secrets (
      name text PRIMARY KEY,
      value bytea NOT NULL
    );
    """
}
