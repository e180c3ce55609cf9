import APIKeys
import Hummingbird
import Logging
import NIOCore
import OpenTelemetry
import Synchronization

/// What is known of a request while it is answered.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection it came on.
  let channel: any Channel
  /// When its head was read.
  let start = ContinuousClock.now
  /// What its log line and the metrics will say.
  let notes = RequestNotes()
  /// The address it came from; empty when there is no socket.
  var clientAddress: String
  /// The identity that answers, logs and records share.
  var requestID = ""
  /// Where the request stands in a distributed trace.
  var trace = TraceContext.unset
  /// The key it came with, on routes that ask for one.
  var key: APIKey?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
    clientAddress = channel.remoteAddress?.ipAddress ?? ""
  }
}

/// What the parts of the service note of a request while it passes.
final class RequestNotes: Sendable {
  struct Content: Sendable {
    var keyID: String?
    var engine: String?
    var modelVersion: String?
    var predictedClass: String?
    var confidence: Double?
    var outcome: PredictionOutcome?
    var storeStart: ContinuousClock.Instant?
    var storeTime: Duration?
    var bodySize: Int?
    var errorCode: APIError.Code?
  }

  private let content = Mutex(Content())

  /// What was noted so far.
  var current: Content { content.withLock { $0 } }

  /// Notes something.
  func note(_ change: (inout Content) -> Void) { content.withLock { change(&$0) } }
}
