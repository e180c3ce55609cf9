-- The tables that a stored prediction touches, with the counts that triggers keep, as the PostgreSQL store
-- has them: enough of them to measure what one costs.
CREATE TABLE predictions (
  id uuid PRIMARY KEY, created_at timestamptz(3) NOT NULL, request_id text NOT NULL,
  filename text NOT NULL, model_used text NOT NULL, model_version text NOT NULL,
  predicted_class text NOT NULL, confidence double precision NOT NULL,
  inference_time_ms double precision NOT NULL, top_k jsonb NOT NULL, uncertain boolean NOT NULL,
  garment boolean NOT NULL, preprocess text NOT NULL, client_key_id text NOT NULL,
  image_sha256 text NOT NULL, true_label text, facet bigint NOT NULL
);
CREATE INDEX predictions_by_facet ON predictions (facet, id);
CREATE INDEX predictions_labelled ON predictions (id) WHERE true_label IS NOT NULL;
CREATE TABLE prediction_pictures (id uuid PRIMARY KEY, pixels bytea NOT NULL);
CREATE TABLE prediction_facets (
  facet bigint PRIMARY KEY, predictions bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
INSERT INTO prediction_facets SELECT number FROM generate_series(0, 9) AS number;
CREATE TABLE prediction_tallies (
  span smallint NOT NULL, period timestamptz(0) NOT NULL, facet bigint NOT NULL,
  garment boolean NOT NULL, bin smallint NOT NULL, predictions bigint NOT NULL,
  PRIMARY KEY (span, period, facet, garment, bin)
) WITH (fillfactor = 70);

CREATE FUNCTION count_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM facet FROM prediction_facets WHERE facet IN (SELECT facet FROM added)
    ORDER BY facet FOR UPDATE;
  UPDATE prediction_facets AS facets SET predictions = facets.predictions + change.count
    FROM (SELECT facet, count(*) FROM added GROUP BY facet) AS change
    WHERE facets.facet = change.facet;
  INSERT INTO prediction_tallies
    SELECT span, date_trunc(unit, created_at), facet, garment, least(floor(confidence * 20), 19), count(*)
      FROM added, (VALUES (0, 'minute'), (1, 'hour')) AS spans (span, unit)
      GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (span, period, facet, garment, bin)
      DO UPDATE SET predictions = prediction_tallies.predictions + excluded.predictions;
  RETURN NULL;
END $$;
CREATE TRIGGER count_inserted AFTER INSERT ON predictions REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_inserted();

-- Pictures to store: most of the 784 grey levels are zero, as on a real one, and about half can be squeezed.
CREATE TABLE sample AS
  SELECT number, (SELECT string_agg(decode(md5(number::text || part), 'hex'), ''::bytea)
    FROM generate_series(1, 24) AS part) || repeat('\000', 400)::bytea AS pixels
  FROM generate_series(0, 999) AS number;
ALTER TABLE sample ADD PRIMARY KEY (number);
