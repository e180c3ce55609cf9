public import ModelStore

/// A picture of how far a model's confidences can be trusted: the share of right answers against the
/// confidence they were given with, and how many answers there were of each confidence.
///
/// Source: Guo, Pleiss, Sun, Weinberger, *On Calibration of Modern Neural Networks*, 2017, figure 1.
public struct ReliabilityDiagram: Sendable {
  private let bins: [ReliabilityBin]
  private let subject: String

  private static let binWidth = 34.0
  private static let chartHeight = 300.0
  private static let histogramHeight = 56.0
  private static let left = 104.0
  private static let chartTop = Plot.top + 26

  /// Creates a picture.
  ///
  /// - Parameters:
  ///   - bins: Equally wide bins of confidence, from 0 to 1.
  ///   - subject: Whose answers to what they are, for the title.
  public init(bins: [ReliabilityBin], subject: String) {
    self.bins = bins
    self.subject = subject
  }

  /// The picture as an SVG document.
  public var svg: String {
    Plot.document(
      name: "reliability", width: right + Plot.margin + 8, height: rowsTop + 60,
      title: "Reliability: \(subject)", subtitle: summary, description: description,
      legend + axes + bins.indices.flatMap(bar) + [diagonal] + histogram + rows)
  }

  private var total: Int { bins.reduce(0) { $0 + $1.count } }
  private var right: Double { Self.left + Double(bins.count) * Self.binWidth }
  private var chartBottom: Double { Self.chartTop + Self.chartHeight }
  private var histogramBottom: Double { chartBottom + 40 + Self.histogramHeight }
  private var rowsTop: Double { histogramBottom + 18 }

  private var summary: String {
    "\(Figures.count(total, "picture")), expected calibration error "
      + Figures.percent(bins.expectedCalibrationError)
  }

  private var description: String {
    "Accuracy against confidence in \(Figures.count(bins.count, "bin")); on the diagonal both are "
      + "equal. "
      + bins.indices.filter { bins[$0].count > 0 }.map(sentence).joined(separator: " ")
  }

  private func sentence(_ index: Int) -> String {
    let bin = bins[index]
    return "Confidence \(bounds(index)): \(Figures.count(bin.count, "picture")), mean confidence "
      + "\(Figures.percent(bin.confidence)), accuracy \(Figures.percent(bin.accuracy))."
  }

  private func bounds(_ index: Int) -> String {
    let bounds = [index, index + 1].map {
      Figures.percent(Double($0) / Double(bins.count), decimals: 1)
    }
    return bounds.joined(separator: " to ")
  }

  private func x(_ share: Double) -> Double { Self.left + share * (right - Self.left) }
  private func y(_ share: Double) -> Double { chartBottom - share * Self.chartHeight }

  private var axes: [SVGElement] {
    let ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    return ticks.flatMap { tick in
      [
        Plot.line(from: (Self.left, y(tick)), to: (right, y(tick)), style: "rule"),
        Plot.text(
          Figures.percent(tick, decimals: 0), x: Self.left - 8, y: y(tick) + 4, anchor: "end",
          style: "soft"),
        Plot.text(
          Figures.percent(tick, decimals: 0), x: x(tick), y: chartBottom + 18, anchor: "middle",
          style: "soft"),
      ]
    } + [
      Plot.text("accuracy", x: Plot.margin, y: Self.chartTop - 14, style: "small soft"),
      Plot.text("confidence", x: Plot.margin, y: chartBottom + 18, style: "small soft"),
    ]
  }

  private var legend: [SVGElement] {
    let y = Self.chartTop - 14
    let x = Self.left + 24
    return [
      Plot.rectangle(x: x, y: y - 9, width: 12, height: 12, style: "right"),
      Plot.text("accuracy", x: x + 18, y: y + 1, style: "small soft"),
      Plot.line(from: (x + 82, y - 3), to: (x + 98, y - 3), style: "mark"),
      Plot.text("mean confidence", x: x + 104, y: y + 1, style: "small soft"),
      Plot.rectangle(x: x + 204, y: y - 9, width: 12, height: 12, style: "wrong"),
      Plot.text("gap between them", x: x + 222, y: y + 1, style: "small soft"),
    ]
  }

  private var diagonal: SVGElement {
    Plot.line(from: (x(0), y(0)), to: (x(1), y(1)), style: "guide")
  }

  private func bar(_ index: Int) -> [SVGElement] {
    let bin = bins[index]
    guard bin.count > 0 else { return [] }
    let x = Self.left + Double(index) * Self.binWidth + 1
    let width = Self.binWidth - 2
    let accuracy = y(bin.accuracy)
    let confidence = y(bin.confidence)
    return [
      SVGElement(
        "g", [:],
        [
          SVGElement("title", text: sentence(index)),
          Plot.rectangle(
            x: x, y: accuracy, width: width, height: chartBottom - accuracy, style: "right"),
          Plot.rectangle(
            x: x, y: min(accuracy, confidence), width: width, height: abs(accuracy - confidence),
            style: "wrong"),
          Plot.line(from: (x, confidence), to: (x + width, confidence), style: "mark"),
        ])
    ]
  }

  private var histogram: [SVGElement] {
    let largest = Double(max(bins.map(\.count).max() ?? 0, 1))
    return bins.enumerated().filter { $0.element.count > 0 }.map { index, bin in
      let height = max(Double(bin.count) / largest * Self.histogramHeight, 1)
      return Plot.rectangle(
        x: Self.left + Double(index) * Self.binWidth + 1, y: histogramBottom - height,
        width: Self.binWidth - 2, height: height, style: "right")
    } + [
      Plot.line(from: (Self.left, histogramBottom), to: (right, histogramBottom), style: "rule")
    ]
  }

  /// The numbers of each bin under it.
  private var rows: [SVGElement] {
    let rows: [(name: String, number: (ReliabilityBin) -> String)] = [
      ("pictures", { String($0.count) }),
      ("confidence %", { Figures.fixed($0.confidence * 100, decimals: 1) }),
      ("accuracy %", { Figures.fixed($0.accuracy * 100, decimals: 1) }),
    ]
    return rows.enumerated().flatMap { row, column in
      let y = rowsTop + Double(row) * 18
      return [Plot.text(column.name, x: Plot.margin, y: y, style: "small soft")]
        + bins.enumerated().map { index, bin in
          Plot.text(
            bin.count > 0 ? column.number(bin) : "–",
            x: Self.left + (Double(index) + 0.5) * Self.binWidth, y: y, anchor: "middle",
            style: bin.count > 0 ? "small" : "small soft")
        }
    }
  }
}
