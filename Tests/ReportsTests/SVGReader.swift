import Foundation
import FoundationXML

/// What a program that shows an SVG picture finds in it.
final class SVGReader: NSObject, XMLParserDelegate {
  /// The names of the elements, in order.
  private(set) var names: [String] = []
  /// The attributes of the outermost element.
  private(set) var root: [String: String] = [:]
  /// The contents of the elements of each name, in order.
  private(set) var contents: [String: [String]] = [:]

  private var open: [String] = []

  /// Reads a picture; `nil` when it is not well-formed XML.
  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if names.isEmpty { root = attributes }
    names.append(name)
    open.append("")
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    open[open.count - 1] += string
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    contents[name, default: []].append(open.removeLast())
  }
}
