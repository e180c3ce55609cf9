import Logging
import Records

extension Logger {
  /// Logs why something kept cannot be read or written, and says so to the caller.
  ///
  /// - Parameter what: What cannot be done, as a clause.
  func storageFailure(
    _ error: any Error, _ what: String, metadata: Logger.Metadata? = nil
  ) -> APIError {
    self.error("\(what)", error: error, metadata: metadata)
    return .unavailable(.storageUnavailable, "\(what); try again", retryAfter: 5)
  }

  /// Reads or writes the database for a request.
  ///
  /// - Parameter what: What cannot be done when that fails, as a clause.
  /// - Throws: ``APIError`` with status 503; the log says why.
  func storing<Value: Sendable>(
    or what: String, _ body: () async throws(RecordsError) -> Value
  ) async throws(APIError) -> Value {
    do throws(RecordsError) {
      return try await body()
    } catch {
      throw storageFailure(error, what)
    }
  }
}
