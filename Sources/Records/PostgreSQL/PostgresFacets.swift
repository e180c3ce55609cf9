import PostgreSQL
import Synchronization

/// The numbers of facets, as the table `prediction_facets` has them.
///
/// A facet keeps its number for ever, and gets it in a transaction of its own, so numbers are remembered.
final class PostgresFacets: Sendable {
  private let numbers = Mutex<[Facet: Int64]>([:])

  /// The number of a facet, which gets one if it has none.
  func number(
    of facet: Facet, using pool: PostgresPool
  ) async throws(PostgresError) -> Int64 {
    if let number = numbers.withLock({ $0[facet] }) { return number }
    // A change that changes nothing makes the number known also when another server was first.
    let answer = try await pool.query(
      """
      INSERT INTO prediction_facets (
        model_used, model_version, predicted_class, uncertain, true_label
      ) VALUES ($1, $2, $3, $4::boolean, $5)
      ON CONFLICT (model_used, model_version, predicted_class, uncertain, true_label)
      DO UPDATE SET model_used = excluded.model_used RETURNING facet
      """,
      [
        PostgresText.text(facet.modelUsed), PostgresText.text(facet.modelVersion),
        PostgresText.text(facet.predictedClass), "\(facet.isUncertain)",
        PostgresText.text(facet.trueLabel ?? ""),
      ])
    guard let number = try answer.rows.first?.number("facet", as: Int64.self) else {
      throw .unexpected(reason: "a facet has no number")
    }
    numbers.withLock { $0[facet] = number }
    return number
  }

  /// Forgets all numbers; call it when the database went away: what comes back may be a copy that had not
  /// heard of the newest.
  func forget() { numbers.withLock { $0 = [:] } }
}
