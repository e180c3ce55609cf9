/// The kinds of file that predictions are exported to.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// Comma-separated values; see ``PredictionCSV``.
  case csv
  /// A workbook of Excel and other spreadsheets; see ``PredictionWorkbook``.
  case xlsx

  /// The media type of such a file.
  public var mediaType: String {
    switch self {
    case .csv: "text/csv; charset=utf-8; header=present"
    case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
  }
}
