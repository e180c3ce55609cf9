import Records

extension APIError {
  /// Reads or writes the database for a request.
  ///
  /// - Parameter describe: What the caller is told when that fails.
  static func converting<Value: Sendable>(
    _ body: () async throws(RecordsError) -> Value, _ describe: (RecordsError) -> APIError
  ) async throws(APIError) -> Value {
    do throws(RecordsError) {
      return try await body()
    } catch {
      throw describe(error)
    }
  }
}
