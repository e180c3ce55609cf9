import GRPCCore
import OpenInference

extension IncomingCall {
  /// Reads the metadata of a call: the key is in `x-api-key`, or a bearer token (RFC 6750).
  init(_ metadata: Metadata, _ context: ServerContext) {
    func first(_ name: String) -> String? {
      metadata[stringValues: name].first { _ in true }
    }
    let authorization = first("authorization")?.split(separator: " ", maxSplits: 1) ?? []
    let token =
      authorization.count == 2 && authorization[0].lowercased() == "bearer"
      ? String(authorization[1]) : nil
    self.init(
      method: context.descriptor.fullyQualifiedMethod,
      clientAddress: Self.address(ofPeer: context.remotePeer), key: first("x-api-key") ?? token,
      requestID: first("x-request-id"), traceparent: first("traceparent"))
  }

  /// The address in `ipv4:ADDRESS:PORT` or `ipv6:[ADDRESS]:PORT`.
  static func address(ofPeer peer: String) -> String {
    guard let start = peer.firstIndex(of: ":"), let end = peer.lastIndex(of: ":"), start < end
    else { return "" }
    return String(peer[peer.index(after: start)..<end].drop { $0 == "[" }.prefix { $0 != "]" })
  }
}
