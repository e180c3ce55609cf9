public import Classification
import Training

/// A picture of which classes a model takes for which: a row for each true class, a column for each
/// answer.
public struct ConfusionMatrixPlot: Sendable {
  private let confusion: [[Int]]
  private let names: [String]
  private let subject: String

  private let cellWidth: Double
  private let labelWidth: Double
  private static let cellHeight = 38.0
  private static let headerHeight = 44.0
  /// The share of a class from which on its mistakes have the full colour.
  private static let fullMistake = 0.25

  /// Creates a picture.
  ///
  /// - Parameters:
  ///   - confusion: Pictures of the class of the row that were taken for the class of the column.
  ///   - labels: The class names.
  ///   - subject: Whose answers to what they are, for the title.
  /// - Precondition: `confusion` has a row and a column for each label.
  public init(confusion: [[Int]], labels: LabelSet, subject: String) {
    precondition(
      confusion.count == labels.count && confusion.allSatisfy { $0.count == labels.count },
      "a confusion matrix has a row and a column for each class")
    self.confusion = confusion
    self.subject = subject
    names = labels.names
    let widest = labels.names.map { Plot.width(of: Plot.shortened($0)) }.max() ?? 0
    labelWidth = max(widest, 60)
    cellWidth = max(widest - 6, 56)
  }

  /// The picture as an SVG document.
  public var svg: String {
    let size = Double(names.count)
    let bottom = Plot.top + Self.headerHeight + (size + 1) * Self.cellHeight
    return Plot.document(
      name: "confusion", width: cellX(size + 1) + Plot.margin, height: bottom + 46,
      title: "Confusion matrix: \(subject)", subtitle: summary, description: description,
      header + rows + precisions + legend(y: bottom + 20))
  }

  private var total: Int { confusion.joined().reduce(0, +) }

  private var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }

  private var summary: String {
    guard total > 0 else { return "no pictures" }
    return "\(Figures.count(total, "picture")), "
      + "\(Figures.percent(Double(correct) / Double(total))) answered rightly"
  }

  private var description: String {
    let recalls = names.indices.map { index in
      "\(names[index]) \(Figures.percent(quality(index).recall, decimals: 1))"
    }
    return
      "Rows are true classes, columns are answers; each cell has the number of pictures and its "
      + "share of the row. Answered rightly: " + recalls.joined(separator: ", ") + "."
  }

  private func quality(_ index: Int) -> ClassQuality { ClassQuality(class: index, in: confusion) }

  private func cellX(_ column: Double) -> Double {
    Plot.margin + labelWidth + 12 + column * cellWidth
  }

  private func cellY(_ row: Int) -> Double {
    Plot.top + Self.headerHeight + Double(row) * Self.cellHeight
  }

  private var header: [SVGElement] {
    let y = Plot.top + Self.headerHeight - 12
    return [
      Plot.text("answer", x: cellX(0) + 2, y: Plot.top + 12, style: "small soft"),
      Plot.text(
        "true class", x: Plot.margin + labelWidth, y: y, anchor: "end", style: "small soft"),
      Plot.text(
        "pictures", x: cellX(Double(names.count) + 1) - 6, y: y, anchor: "end",
        style: "small soft"),
    ]
      + names.enumerated().map { column, name in
        Plot.text(
          Plot.shortened(name), x: cellX(Double(column) + 0.5), y: y, anchor: "middle")
      }
  }

  private var rows: [SVGElement] {
    names.indices.flatMap { row in
      let middle = cellY(row) + Self.cellHeight / 2 + 4
      return [
        Plot.text(
          Plot.shortened(names[row]), x: Plot.margin + labelWidth, y: middle, anchor: "end")
      ]
        + names.indices.map { cell(row: row, column: $0) } + [
          Plot.text(
            Figures.grouped(quality(row).support), x: cellX(Double(names.count) + 1) - 6,
            y: middle, anchor: "end", style: "soft")
        ]
    }
  }

  private func cell(row: Int, column: Int) -> SVGElement {
    let count = confusion[row][column]
    let support = quality(row).support
    let share = support > 0 ? Double(count) / Double(support) : 0
    let percent = Figures.percent(share, decimals: 1)
    let x = cellX(Double(column))
    let y = cellY(row)
    let isRight = row == column
    var elements = [
      SVGElement(
        "title",
        text: "\(names[row]) taken for \(names[column]): \(count) of \(support), \(percent)"),
      Plot.rectangle(
        x: x + 1, y: y + 1, width: cellWidth - 2, height: Self.cellHeight - 2, style: "empty"),
    ]
    if count > 0 {
      elements += [
        Plot.rectangle(
          x: x + 1, y: y + 1, width: cellWidth - 2, height: Self.cellHeight - 2,
          // Mistakes are few: the root keeps them apart from each other.
          style: isRight ? "right" : "wrong",
          opacity: isRight ? share : min((share / Self.fullMistake).squareRoot(), 1)),
        Plot.text(
          Figures.grouped(count), x: x + cellWidth / 2, y: y + 17, anchor: "middle"),
        Plot.text(percent, x: x + cellWidth / 2, y: y + 30, anchor: "middle", style: "small"),
      ]
    } else {
      elements.append(
        Plot.text(
          "0", x: x + cellWidth / 2, y: y + Self.cellHeight / 2 + 4, anchor: "middle",
          style: "soft"))
    }
    return SVGElement("g", [:], elements)
  }

  private var precisions: [SVGElement] {
    let y = cellY(names.count) + 22
    return [
      Plot.text("precision", x: Plot.margin + labelWidth, y: y, anchor: "end", style: "small soft")
    ]
      + names.indices.map { column in
        Plot.text(
          Figures.percent(quality(column).precision, decimals: 1), x: cellX(Double(column) + 0.5),
          y: y, anchor: "middle", style: "soft")
      }
  }

  private func legend(y: Double) -> [SVGElement] {
    [
      Plot.rectangle(x: cellX(0), y: y - 9, width: 12, height: 12, style: "right"),
      Plot.text("right", x: cellX(0) + 18, y: y + 1, style: "small soft"),
      Plot.rectangle(x: cellX(0) + 56, y: y - 9, width: 12, height: 12, style: "wrong"),
      Plot.text(
        "mistaken; the larger the share of the true class, the fuller the colour, which is full "
          + "from \(Figures.percent(Self.fullMistake, decimals: 0)) on", x: cellX(0) + 74, y: y + 1,
        style: "small soft"),
    ]
  }
}
