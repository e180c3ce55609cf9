import Foundation
import SwiftCSV

/// A CSV file of a data set: the path of a picture and its label in each row.
struct LabelTable {
  /// Names that the column of paths may have.
  static let pathColumns = ["path", "file", "filename", "image", "picture"]
  /// Names that the column of labels may have.
  static let labelColumns = ["label", "class", "category", "true_label"]

  private let path: String
  private let rows: [(number: Int, picture: String, label: String)]

  /// Reads a table: columns separated by commas, semicolons or tabs, with a header.
  ///
  /// - Throws: ``DatasetError`` when it is no table or has other columns.
  init(_ file: DatasetFiles.Table) throws(DatasetError) {
    path = file.path
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw .damaged(file: path, reason: "it is not in UTF-8; save it as such")
    }
    let table: EnumeratedCSV
    do {
      table = try EnumeratedCSV(string: text, loadColumns: false)
    } catch {
      throw .damaged(file: path, reason: "a quotation mark stands where none belongs")
    }
    let header = table.header.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    guard let pictures = header.firstIndex(where: Self.pathColumns.contains),
      let labels = header.firstIndex(where: Self.labelColumns.contains)
    else {
      throw .columnsMissing(
        file: path, found: table.header, paths: Self.pathColumns, labels: Self.labelColumns)
    }
    // The header is row 1, as in a spreadsheet.
    rows = table.rows.enumerated().map { index, cells in
      let cell = { (column: Int) in
        column < cells.count ? cells[column].trimmingCharacters(in: .whitespaces) : ""
      }
      return (index + 2, cell(pictures), cell(labels))
    }.filter { !$0.picture.isEmpty || !$0.label.isEmpty }
  }

  /// The data set that the table makes of pictures, whose paths start at its folder.
  ///
  /// - Throws: ``DatasetError/pathOutside(file:row:path:)`` when a path leads out of the folder.
  func dataset(of files: DatasetFiles) throws(DatasetError) -> UserDataset {
    let folder = path[...].droppingLastComponent
    let reasons = Dictionary(
      files.unreadable.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
    var unreadable: [UserDataset.Unreadable] = []
    var pictures: [(name: String, className: String, pixels: [UInt8])] = []
    for row in rows {
      let components = row.picture.split(whereSeparator: { $0 == "/" || $0 == "\\" })
      let isAbsolute = row.picture.hasPrefix("/") || components.first?.hasSuffix(":") == true
      guard !isAbsolute, !components.contains("..") else {
        throw .pathOutside(file: path, row: row.number, path: row.picture)
      }
      let inner = components.filter { $0 != "." }.joined(separator: "/")
      let full = folder.isEmpty ? inner : "\(folder)/\(inner)"
      if row.label.isEmpty || row.picture.isEmpty {
        unreadable.append(
          .init(
            name: "\(path), row \(row.number)",
            reason: row.label.isEmpty ? "it has no label" : "it names no picture"))
      } else if let pixels = files.pictures[full] {
        pictures.append((full, row.label, pixels))
      } else {
        unreadable.append(
          .init(
            name: "\(path), row \(row.number): \(row.picture)",
            reason: reasons[full] ?? "there is no such file"))
      }
    }
    guard !pictures.isEmpty else {
      throw .noPictures(source: path, unreadable: unreadable.count)
    }
    return try UserDataset(kind: .csv, pictures: pictures, unreadable: unreadable)
  }
}
