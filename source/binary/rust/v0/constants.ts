import { MALFORMED } from './faults.js';
import { booleanText, characterText, integerText, stringText } from './literals.js';
import { BASIC_TYPES, type Printer } from './printer.js';

/** As a generic argument, anything but a literal stands in braces. */
export type ConstPlace = 'argument' | 'expression';

/** RFC 2603 `const`, with the structured values of `adt_const_params` (rustc_symbol_mangling/src/v0.rs: print_const). */
export function printConst(printer: Printer, place: ConstPlace): void {
  const { cursor, output } = printer;
  const tag = cursor.next();
  cursor.enter();
  if (place === 'argument' && needsBraces(printer, tag)) {
    output.write('{');
    printValue(printer, tag, 'expression');
    output.write('}');
  } else {
    printValue(printer, tag, place);
  }
  cursor.leave();
}

/** `&"text"` is a literal, other references are not. */
function needsBraces({ cursor }: Printer, tag: string): boolean {
  if (tag === 'R') return cursor.peek() !== 'e';
  return 'eQATV'.includes(tag);
}

function printValue(printer: Printer, tag: string, place: ConstPlace): void {
  const { cursor, output } = printer;
  switch (tag) {
    case 'p':
      output.write('_');
      return;
    case 'h':
    case 't':
    case 'm':
    case 'y':
    case 'o':
    case 'j':
      printInteger(printer, tag);
      return;
    case 'a':
    case 's':
    case 'l':
    case 'x':
    case 'n':
    case 'i':
      if (cursor.eat('n')) output.write('-');
      printInteger(printer, tag);
      return;
    case 'b':
      output.write(booleanText(printer.nibbles()));
      return;
    case 'c':
      output.write(characterText(printer.nibbles()));
      return;
    case 'e':
      // A literal is a `&str`, so a `str` is what it points at.
      output.write(`*${stringText(printer.nibbles())}`);
      return;
    case 'R':
    case 'Q':
      if (tag === 'R' && cursor.eat('e')) {
        output.write(stringText(printer.nibbles()));
        return;
      }
      output.write(tag === 'R' ? '&' : '&mut ');
      printConst(printer, 'expression');
      return;
    case 'A':
      printList(printer, '[', ']');
      return;
    case 'T':
      printTuple(printer);
      return;
    case 'V':
      printVariant(printer);
      return;
    case 'B':
      printer.backReference(() => printConst(printer, place));
      return;
    default:
      throw MALFORMED;
  }
}

/** The type is a suffix where hashes are kept: both are what tells two names apart. */
function printInteger(printer: Printer, tag: string): void {
  printer.output.write(integerText(printer.nibbles()));
  if (printer.hash === 'keep') printer.output.write(BASIC_TYPES[tag] ?? '');
}

function printList(printer: Printer, open: string, close: string): void {
  printer.output.write(open);
  printer.list(() => printConst(printer, 'expression'));
  printer.output.write(close);
}

function printTuple(printer: Printer): void {
  const { output } = printer;
  output.write('(');
  if (printer.list(() => printConst(printer, 'expression')) === 1) output.write(',');
  output.write(')');
}

/** A struct or a variant of an enum: without fields, with fields in order, with named fields. */
function printVariant(printer: Printer): void {
  const { cursor, output } = printer;
  printer.path('value');
  // A back reference above may have moved the printer to another cursor and back: this one is still its own.
  switch (cursor.next()) {
    case 'U':
      return;
    case 'T':
      printList(printer, '(', ')');
      return;
    case 'S':
      output.write(' { ');
      printer.list(() => {
        cursor.disambiguator();
        output.write(`${printer.identifier()}: `);
        printConst(printer, 'expression');
      });
      output.write(' }');
      return;
    default:
      throw MALFORMED;
  }
}
