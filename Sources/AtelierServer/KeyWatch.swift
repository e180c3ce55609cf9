import APIKeys
import Logging
import NIOPosix
import ServiceLifecycle

/// Looks for keys that other servers have made or revoked.
struct KeyWatch: Service {
  let keys: KeyRing
  let interval: Duration
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var isAway = false
      while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        do {
          // It waits for the network, on one of the threads for such.
          try await NIOThreadPool.singleton.runIfActive { [keys] in try keys.refresh() }
          isAway = false
        } catch {
          if !isAway, !Task.isCancelled {
            logger.error("the keys could not be read again; those known go on", error: error)
          }
          isAway = true
        }
      }
    }
  }
}
