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
    switch line.result {
    case .success(let record):
      totals.count(record.predictedClass)
      Self.head(of: line).appending(PredictionAnswer.json(record)).write(to: &bytes)
    case .failure(let error):
      totals.count(nil)
      Self.head(of: line).appending([
        "error": ["code": .string(error.code.rawValue), "message": .string(error.message)]
      ]).write(to: &bytes)
    }
    if asLines { bytes.append(UInt8(ascii: "\n")) }
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

  private static func head(of line: BatchService.Line) -> OrderedJSON {
    ["index": .integer(line.index), "filename": .string(line.filename)]
  }
}
