/// A table in Markdown: the first column flush left, numbers flush right, lined up in the source too.
struct MarkdownTable {
  private let isNumeric: [Bool]
  private var rows: [[String]]

  /// Starts a table.
  ///
  /// - Parameters:
  ///   - header: The names of the columns, as Markdown.
  ///   - textColumns: How many columns from the left hold text.
  init(_ header: [String], textColumns: Int = 1) {
    rows = [header]
    isNumeric = header.indices.map { $0 >= textColumns }
  }

  /// Adds a row of Markdown, with a cell for each column.
  mutating func append(_ row: [String]) {
    precondition(row.count == isNumeric.count, "a row has a cell for each column")
    rows.append(row)
  }

  /// The table as Markdown.
  var markdown: String {
    let widths = isNumeric.indices.map { column in
      max(rows.map { $0[column].count }.max() ?? 0, 3)
    }
    var lines = rows.map { row in
      line(
        row.indices.map { column in
          let padding = String(repeating: " ", count: widths[column] - row[column].count)
          return isNumeric[column] ? padding + row[column] : row[column] + padding
        })
    }
    let rule = isNumeric.indices.map { column in
      String(repeating: "-", count: widths[column] - 1) + (isNumeric[column] ? ":" : "-")
    }
    lines.insert(line(rule), at: 1)
    return lines.joined(separator: "\n")
  }

  private func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
