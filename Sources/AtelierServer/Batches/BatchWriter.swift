import Files
import Logging
import NIOCore
import Records

/// Writes the answer to a batch, piece by piece: as JSON Lines, or as one JSON object.
struct BatchWriter {
  private let asLines: Bool
  private var totals = BatchTotals()
  private var isFirst = true

  init(asLines: Bool) {
    self.asLines = asLines
  }

  /// The text of some pictures' results, with what has to stand before it.
  mutating func text(of lines: [BatchService.Line]) -> ByteBuffer {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512 * lines.count)
    for line in lines { write(line, to: &bytes) }
    return ByteBuffer(bytes: bytes)
  }

  private mutating func write(_ line: BatchService.Line, to bytes: inout [UInt8]) {
    bytes += opening.utf8
    isFirst = false
    var json = JSONWriter(capacity: PredictionAnswer.usualSize)
    json.beginObject()
    json.member("index", line.index)
    json.member("filename", line.filename)
    switch line.result {
    case .success(let record):
      totals.count(record.predictedClass)
      PredictionAnswer.writeMembers(of: record, to: &json)
    case .failure(let error):
      totals.count(nil)
      json.name("error")
      json.beginObject()
      json.member("code", error.code.rawValue)
      json.member("message", error.message)
      json.endObject()
    }
    json.endObject()
    if asLines { json.endLine() }
    bytes += json.bytes
  }

  /// The end of the answer, with the totals.
  mutating func ending(time: Duration) -> ByteBuffer {
    let totals: OrderedJSON = ["totals": totals.json(time: time)]
    guard !asLines else { return ByteBuffer(string: totals.text + "\n") }
    let start = isFirst ? "{\"results\":[" : ""
    return ByteBuffer(string: start + "]," + totals.text.dropFirst())
  }

  /// What the log says of the whole.
  func metadata(requestID: String, time: Duration) -> Logger.Metadata {
    [
      "request_id": .string(requestID), "classified": .number(totals.classified),
      "failed": .number(totals.failed), "duration_ms": .milliseconds(time),
    ]
  }

  private var opening: String {
    switch (asLines, isFirst) {
    case (true, _): ""
    case (false, true): "{\"results\":["
    case (false, false): ","
    }
  }
}
