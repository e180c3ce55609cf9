import GRDB

/// The tables of the SQLite store, and how older databases become current ones.
enum SQLiteSchema {
  /// The migrations, oldest first; one that was released is never changed.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("predictions") { database in
      try database.execute(sql: createPredictions)
    }
    migrator.registerMigration("garments") { database in
      try database.execute(
        sql: "ALTER TABLE predictions ADD COLUMN garment INTEGER NOT NULL DEFAULT 1")
    }
    return migrator
  }

  /// Triggers keep the counts exact in the very transaction that adds or removes records, so that
  /// reading them never scans the table.
  private static let createPredictions = """
    CREATE TABLE predictions (
      id TEXT NOT NULL PRIMARY KEY,
      created_at TEXT NOT NULL,
      request_id TEXT NOT NULL,
      filename TEXT NOT NULL,
      model_used TEXT NOT NULL,
      model_version TEXT NOT NULL,
      predicted_class TEXT NOT NULL,
      confidence REAL NOT NULL,
      inference_time_ms REAL NOT NULL,
      top_k TEXT NOT NULL,
      uncertain INTEGER NOT NULL,
      preprocess TEXT NOT NULL,
      client_key_id TEXT NOT NULL,
      image_sha256 TEXT NOT NULL,
      true_label TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE prediction_counts (
      model_used TEXT NOT NULL,
      predicted_class TEXT NOT NULL,
      predictions INTEGER NOT NULL,
      PRIMARY KEY (model_used, predicted_class)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER count_inserted_predictions AFTER INSERT ON predictions BEGIN
      INSERT INTO prediction_counts VALUES (new.model_used, new.predicted_class, 1)
        ON CONFLICT DO UPDATE SET predictions = predictions + 1;
    END;

    CREATE TRIGGER count_deleted_predictions AFTER DELETE ON predictions BEGIN
      UPDATE prediction_counts SET predictions = predictions - 1
        WHERE model_used = old.model_used AND predicted_class = old.predicted_class;
    END;
    """
}
