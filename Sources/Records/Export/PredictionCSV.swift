/// Predictions as comma-separated values (RFC 4180).
///
/// The text is UTF-8 and starts with a byte order mark: without one, Excel takes it for the encoding
/// of its country, and garbles names that are not in ASCII. Times are RFC 3339 in UTC.
public enum PredictionCSV {
  /// What a file starts with: the byte order mark and the names of the columns.
  public static var header: [UInt8] {
    Array("\u{FEFF}\(PredictionTable.columns.map(\.name).joined(separator: ","))\r\n".utf8)
  }

  /// The lines of some predictions.
  public static func rows(_ records: [PredictionRecord]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records.count * 400)
    for record in records {
      for (index, column) in PredictionTable.columns.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        switch column.cell(record) {
        case .text(let text): write(text, to: &bytes)
        case .number(let number): bytes += "\(number)".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .time(let time): bytes += Timestamp.text(time).utf8
        }
      }
      bytes += "\r\n".utf8
    }
    return bytes
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    guard text.utf8.contains(where: needsQuotes) else {
      bytes += text.utf8
      return
    }
    let quote = UInt8(ascii: "\"")
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
    default: false
    }
  }
}
