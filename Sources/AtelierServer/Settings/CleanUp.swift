/// Runs something, and then, however it ended, what has to follow.
///
/// - Throws: What `cleanUp` throws, else what `body` threw.
func withCleanUp(
  _ body: () async throws -> Void, cleanUp: () async throws -> Void
) async throws {
  let result: Result<Void, any Error>
  do {
    try await body()
    result = .success(())
  } catch {
    result = .failure(error)
  }
  try await cleanUp()
  try result.get()
}
