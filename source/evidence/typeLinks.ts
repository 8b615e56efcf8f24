import { FIELD, KIND, KINDS, MAP, METHOD, SIZES, TFLAG, TYPE, UNCOMMON } from './abiType.js';
import type { Look } from './moduleTables.js';

/** Farther from its types than anything that a process maps behind or before the file by chance. */
const FAR = 2 ** 26;

/** Those at the offsets of typelinks; none where an offset is damaged. */
export function linkedTypes({ fields, dies, may }: Look, types: number, size: number, typelinks: number): number[] {
  const { image } = fields;
  const { pointer, length } = fields.slice(typelinks);
  const links = image.at(pointer, length * 4, 'typelinks');
  const found: number[] = [];
  for (let index = 0; index < length; index++) {
    const address = types + links.i32(index * 4, 'typelinks');
    // Near the file another one may be mapped.
    if (image.bytesFrom(address) < TYPE && Math.abs(address - types) > FAR) {
      dies('moduledata.typelinks', `entry ${index} is at 0x${address.toString(16)}, outside the file`);
      return [];
    }
    if (address < types || address + TYPE > types + size) {
      may('moduledata.typelinks', address, `entry ${index} is not between types and etypes`);
      return [];
    }
    found.push(address);
  }
  return found;
}

/** runtime/type.go of 1.27: moduleTypelinks goes from one description to the next by their sizes (abi: DescriptorSize), and panics at what is none. */
export function describedTypes({ fields, dies }: Look, types: number): number[] {
  const { image, offsets } = fields;
  const end = types + (offsets.typedesclen === null ? 0 : fields.word(offsets.typedesclen));
  const found: number[] = [];
  for (let at = types + 8; at < end; ) {
    at = Math.ceil(at / 8) * 8;
    const kind = image.at(at, TYPE, 'abi.Type').u8(KIND, 'Kind_');
    if (kind === 0 || kind > KINDS.last) {
      dies('moduledata.types', `has no type at 0x${at.toString(16)}`, 'panic: DescriptorSize: invalid type descriptor');
      return [];
    }
    found.push(at);
    at += descriptionSize(image, at, kind);
  }
  return found;
}

function descriptionSize(image: Look['elf']['image'], address: number, kind: number): number {
  const base = kind === KINDS.map ? MAP : (SIZES.get(kind) ?? TYPE);
  const type = image.at(address, base, 'abi.Type');
  const isUncommon = (type.u8(TFLAG, 'TFlag') & UNCOMMON) !== 0;
  const methods = isUncommon ? image.at(address + base, 16, 'UncommonType').u16(4, 'Mcount') : 0;
  const size = base + (isUncommon ? 16 : 0) + methods * 16;
  if (kind === KINDS.func) return size + 8 * (type.u16(48, 'InCount') + (type.u16(50, 'OutCount') & 0x7fff));
  if (kind === KINDS.interface) return size + METHOD * type.u64(64, 'Methods');
  return kind === KINDS.struct ? size + FIELD * type.u64(64, 'Fields') : size;
}
