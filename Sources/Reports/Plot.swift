/// What the pictures of reports have in common: a ground of their own that follows the reader's light
/// or dark scheme, the fonts of the reader's system, and a title and a description for those who
/// cannot see them.
enum Plot {
  /// The picture as an SVG document.
  ///
  /// - Parameters:
  ///   - name: A prefix of identifiers, so that two pictures can stand in one page.
  ///   - width: In pixels, at the size the picture is designed for.
  ///   - height: In pixels.
  ///   - title: What it shows, in a few words; also written on top.
  ///   - subtitle: A line under the title.
  ///   - description: What one would see, in sentences.
  ///   - elements: The picture, in pixels from the upper left corner.
  static func document(
    name: String, width: Double, height: Double, title: String, subtitle: String,
    description: String, _ elements: [SVGElement]
  ) -> String {
    SVGElement(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "atelier-plot",
        "viewBox": "0 0 \(width.text) \(height.text)", "width": width, "height": height,
        "role": "img", "aria-labelledby": "\(name)-title \(name)-description",
      ],
      [
        SVGElement("title", ["id": "\(name)-title"], text: title),
        SVGElement("desc", ["id": "\(name)-description"], text: description),
        SVGElement("style", text: style),
        SVGElement(
          "rect",
          [
            "class": "ground", "x": 0.5, "y": 0.5, "width": width - 1, "height": height - 1,
            "rx": 8.0,
          ]),
        text(title, x: margin, y: 30, style: "heading"),
        text(subtitle, x: margin, y: 50, style: "soft"),
      ] + elements
    ).xml
  }

  /// Pixels that stay free around everything.
  static let margin = 20.0
  /// The vertical place below the title and the subtitle.
  static let top = 66.0

  /// A line of text.
  ///
  /// - Parameters:
  ///   - x: The place of the anchor.
  ///   - y: The place of the base line.
  ///   - anchor: Which part of the text is at `x`: `start`, `middle` or `end`.
  ///   - style: Classes of the style sheet.
  static func text(
    _ text: String, x: Double, y: Double, anchor: String = "start", style: String = ""
  ) -> SVGElement {
    SVGElement("text", ["x": x, "y": y, "text-anchor": anchor, "class": style], text: text)
  }

  /// A line between two places.
  static func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), style: String
  ) -> SVGElement {
    SVGElement(
      "line", ["x1": start.x, "y1": start.y, "x2": end.x, "y2": end.y, "class": style])
  }

  /// A rectangle.
  static func rectangle(
    x: Double, y: Double, width: Double, height: Double, style: String, opacity: Double = 1
  ) -> SVGElement {
    SVGElement(
      "rect",
      [
        "x": x, "y": y, "width": width, "height": height, "class": style, "fill-opacity": opacity,
      ])
  }

  /// About how wide a text of the normal size is, in pixels: fonts differ from system to system.
  static func width(of text: String) -> Double { Double(text.count) * 6.9 }

  /// A name that takes at most so many characters.
  static func shortened(_ name: String, to limit: Int = 14) -> String {
    name.count > limit ? name.prefix(limit - 1) + "…" : name
  }

  /// Text keeps a contrast of 4.5 to 1 and more to each of the fills, at any opacity, in both schemes
  /// (WCAG 2.2, criterion 1.4.3).
  static let style = """
    .atelier-plot text { font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', \
    sans-serif; font-variant-numeric: tabular-nums; fill: #1f2328; }
    .atelier-plot .heading { font-size: 15px; font-weight: 600; }
    .atelier-plot .small { font-size: 10px; }
    .atelier-plot .soft { fill: #4d5661; }
    .atelier-plot .ground { fill: #ffffff; stroke: #d0d7de; }
    .atelier-plot .rule { stroke: #d0d7de; }
    .atelier-plot .guide { stroke: #4d5661; stroke-dasharray: 5 4; }
    .atelier-plot .mark { stroke: #1f2328; stroke-width: 2; }
    .atelier-plot .empty { fill: #f3f5f7; }
    .atelier-plot .right { fill: #86b6e6; }
    .atelier-plot .wrong { fill: #f2a287; }
    @media (prefers-color-scheme: dark) {
    .atelier-plot text { fill: #e8edf2; }
    .atelier-plot .soft { fill: #aab4bf; }
    .atelier-plot .ground { fill: #14181d; stroke: #363d45; }
    .atelier-plot .rule { stroke: #363d45; }
    .atelier-plot .guide { stroke: #aab4bf; }
    .atelier-plot .mark { stroke: #e8edf2; }
    .atelier-plot .empty { fill: #1b2026; }
    .atelier-plot .right { fill: #1f578c; }
    .atelier-plot .wrong { fill: #8a3f28; }
    }
    """
}
