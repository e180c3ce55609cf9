import NIOCore

/// One event of a stream of server-sent events.
///
/// Source: HTML Standard, section 9.2.6, *Interpreting an event stream*.
struct ServerSentEvent: Sendable, Hashable {
  /// What kind of event it is, in one line; `nil` for a plain message.
  var name: String?
  /// Where a caller that was cut off goes on, in one line; `nil` leaves that as it was.
  var id: String?
  /// What is told, in any number of lines.
  var data: String
  /// Whether there is no event, only a sign that the stream goes on.
  private(set) var isKeepAlive = false

  init(name: String? = nil, id: String? = nil, data: String) {
    self.name = name
    self.id = id
    self.data = data
  }

  /// A comment, which callers pass over.
  static let keepAlive = {
    var event = ServerSentEvent(data: "")
    event.isKeepAlive = true
    return event
  }()

  /// The event as it is sent, with the empty line that ends it.
  var text: String {
    if isKeepAlive { return ":\n\n" }
    var text = name.map { "event: \($0)\n" } ?? ""
    text += id.map { "id: \($0)\n" } ?? ""
    let lines = data.split(omittingEmptySubsequences: false) { ["\n", "\r", "\r\n"].contains($0) }
    for line in lines { text += "data: \(line)\n" }
    return text + "\n"
  }
}
