import GRDB
import Synchronization

/// What predictions have in common that filters ask for: a few hundred combinations, whatever the
/// number of predictions.
struct Facet: Sendable, Hashable {
  let modelUsed: String
  let modelVersion: String
  let predictedClass: String
  let isUncertain: Bool
  let trueLabel: String?

  init(_ record: PredictionRecord) {
    modelUsed = record.modelUsed
    modelVersion = record.modelVersion
    predictedClass = record.predictedClass
    isUncertain = record.isUncertain
    trueLabel = record.trueLabel
  }

  /// The values in the order of the table's columns; a missing label is an empty one there, because
  /// SQLite takes no two missing values for equal.
  var arguments: StatementArguments {
    [modelUsed, modelVersion, predictedClass, isUncertain, trueLabel ?? ""]
  }
}

/// The numbers of facets, as the table `prediction_facets` has them.
///
/// A facet keeps its number for ever, so numbers are remembered.
final class FacetNumbers: Sendable {
  private let numbers = Mutex<[Facet: Int64]>([:])

  /// The number of a facet, which gets one if it has none. Call it in the transaction that uses it.
  func number(of facet: Facet, in database: Database) throws -> Int64 {
    if let number = numbers.withLock({ $0[facet] }) { return number }
    try database.execute(
      sql: """
        INSERT INTO prediction_facets (
          model_used, model_version, predicted_class, uncertain, true_label
        ) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """, arguments: facet.arguments)
    let number = try Int64.fetchOne(
      database,
      sql: """
        SELECT facet FROM prediction_facets
        WHERE model_used = ? AND model_version = ? AND predicted_class = ? AND uncertain = ?
          AND true_label = ?
        """, arguments: facet.arguments)
    guard let number else { throw DatabaseError(message: "a facet has no number") }
    numbers.withLock { $0[facet] = number }
    return number
  }

  /// Forgets all numbers; call it when a transaction failed, whose numbers are void.
  func forget() { numbers.withLock { $0 = [:] } }
}
