import APIKeys
import OpenInference
import OpenTelemetry

/// For whom a call over gRPC is answered.
struct RPCCaller: PredictionCaller {
  let requestID: String
  let trace: TraceContext
  let clientAddress: String
  let notes = RequestNotes()
  let start = ContinuousClock.now
  var key: APIKey?

  /// - Parameter sampler: Decides whether it is traced; `nil` when nothing is.
  init(_ call: IncomingCall, sampler: TraceSampler?) {
    requestID = RequestIdentity.accepted(call.requestID) ?? RequestIdentity.make()
    let place = TraceContext(traceparent: call.traceparent)
    trace = sampler?.deciding(place) ?? place
    clientAddress = call.clientAddress
  }

  var keyID: String { key?.id ?? "" }

  func connection(among connections: Connections) -> Connection? { nil }
}
