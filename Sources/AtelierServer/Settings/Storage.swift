import Foundation
import Jobs
import Records

/// Where the settings say that predictions and jobs are kept: the one place that knows which databases
/// there are.
struct Storage: Sendable {
  /// The predictions.
  let predictions: any PredictionDatabase
  /// The jobs. Closing the predictions closes them too.
  let jobs: any JobStore

  /// Opens the database of a server, which is made if need be.
  ///
  /// - Throws: `SettingsError`, or `RecordsError/cannotOpen(path:reason:)`.
  init(_ settings: Settings) throws {
    guard let durability = Durability(rawValue: settings.text(.durability)) else {
      throw SettingsError.unusable(
        .durability, source: settings.text(.durability), reason: "is neither power nor process")
    }
    self.init(try SQLitePredictionStore(file: settings.databaseFile, durability: durability))
  }

  /// Opens the database that a server with the same settings keeps, whether it runs or not. It is not
  /// changed to a newer schema.
  ///
  /// - Throws: `RecordsError/cannotOpen(path:reason:)`.
  init(existing settings: Settings) throws(RecordsError) {
    self.init(try SQLitePredictionStore(existing: settings.databaseFile))
  }

  private init(_ store: SQLitePredictionStore) {
    predictions = store
    jobs = SQLiteJobStore(store)
  }
}

extension Settings {
  /// The file of SQLite's database.
  var databaseFile: URL {
    let path = text(.database)
    guard path.isEmpty else { return URL(filePath: path) }
    return URL(filePath: text(.home), directoryHint: .isDirectory).appending(path: "atelier.db")
  }
}
