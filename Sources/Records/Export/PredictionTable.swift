import Classification
import Foundation

/// The columns of an exported history: the fields of a record, under the names of the database.
enum PredictionTable {
  /// What stands in a cell.
  enum Cell {
    case text(String)
    case number(Double)
    case boolean(Bool)
    case time(Date)
  }

  struct Column: Sendable {
    let name: String
    /// The width in characters where columns have one.
    let width: Double
    let cell: @Sendable (PredictionRecord) -> Cell
  }

  static let columns: [Column] = [
    Column(name: "id", width: 38) { .text($0.id) },
    Column(name: "created_at", width: 24) { .time($0.createdAt) },
    Column(name: "request_id", width: 38) { text($0.requestID) },
    Column(name: "filename", width: 30) { text($0.filename) },
    Column(name: "model_used", width: 20) { text($0.modelUsed) },
    Column(name: "model_version", width: 24) { text($0.modelVersion) },
    Column(name: "predicted_class", width: 16) { text($0.predictedClass) },
    Column(name: "confidence", width: 12) { .number(rounded($0.confidence, decimals: 4)) },
    Column(name: "inference_time_ms", width: 18) {
      .number(rounded($0.inferenceTimeMilliseconds, decimals: 3))
    },
    Column(name: "top_k", width: 48) { record in
      text(
        record.topK.map { "\($0.name) \(rounded(Double($0.confidence), decimals: 4))" }
          .joined(separator: "; "))
    },
    Column(name: "uncertain", width: 10) { .boolean($0.isUncertain) },
    Column(name: "garment", width: 10) { .boolean($0.isGarment) },
    Column(name: "preprocess", width: 12) { text($0.preprocess) },
    Column(name: "client_key_id", width: 16) { text($0.clientKeyID) },
    Column(name: "image_sha256", width: 68) { text($0.imageSHA256) },
    Column(name: "true_label", width: 16) { text($0.trueLabel ?? "") },
  ]

  /// A text that no spreadsheet takes for a formula, however it is copied or opened: an apostrophe
  /// goes before what starts like one. The wide forms of the signs count too, in Chinese and Japanese
  /// editions.
  ///
  /// Source: OWASP, *CSV Injection*.
  static func neutralized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, formulaStarts.contains(first) else { return text }
    return "'" + text
  }

  private static let formulaStarts: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
  ]

  private static func text(_ text: String) -> Cell { .text(neutralized(text)) }

  private static func rounded(_ value: Double, decimals: Int) -> Double {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    return (value * scale).rounded() / scale
  }
}
