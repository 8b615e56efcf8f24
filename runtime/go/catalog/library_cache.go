package catalog

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// readLibraryCache reads what ldconfig writes (glibc dl-cache.h, struct cache_file_new): a header of 48 bytes, nlibs entries {flags, key,
// value, osversion, hwcap}, strings. Levels are the folders of glibc-hwcaps that count, the best first. What is malformed reads as empty.
func readLibraryCache(content []byte, flags uint32, levels []string) map[string][]string {
	const magic, header, entrySize, maxEntries = "glibc-ld.so.cache1.1", 48, 24, 100_000
	found := map[string][]string{}
	if len(content) < header || string(content[:len(magic)]) != magic {
		return found
	}
	count := int(binary.LittleEndian.Uint32(content[20:]))
	if count > maxEntries || header+count*entrySize > len(content) {
		return found
	}
	folders := folderNames(content)
	type candidate struct {
		path string
		rank int
	}
	ranked := map[string][]candidate{}
	for i := range count {
		entry := content[header+i*entrySize:]
		low, high := binary.LittleEndian.Uint32(entry[16:]), binary.LittleEndian.Uint32(entry[20:])
		rank := -1
		switch {
		case low == 0 && high == 0:
			rank = len(levels)
		case high == isLevel && int(low) < len(folders):
			rank = slices.Index(levels, folders[low])
		}
		// Entries of before glibc 2.33 have bits of hardware capabilities, for some processors only; the plain one is there too.
		if binary.LittleEndian.Uint32(entry) != flags || rank < 0 {
			continue
		}
		name, named := cacheText(content, binary.LittleEndian.Uint32(entry[4:]))
		path, placed := cacheText(content, binary.LittleEndian.Uint32(entry[8:]))
		if named && placed {
			ranked[name] = append(ranked[name], candidate{path, rank})
		}
	}
	for name, candidates := range ranked {
		slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
		for _, c := range candidates {
			found[name] = append(found[name], c.path)
		}
	}
	return found
}

func cacheText(content []byte, offset uint32) (string, bool) {
	if uint64(offset) >= uint64(len(content)) {
		return "", false
	}
	value, _, ends := strings.Cut(string(content[offset:min(int(offset)+4096, len(content))]), "\x00")
	return value, ends
}

const (
	extensionMagic = 0xeaa42174
	// cache_extension_tag_glibc_hwcaps.
	hwcapsTag = 1
	// DL_CACHE_HWCAP_EXTENSION: the low word is a number in the extension's list.
	isLevel     = 0x4000_0000
	maxSections = 64
	maxFolders  = 1024
)

// folderNames are names of folders, x86-64-v3 (struct cache_extension, at extension_offset: {magic, count}, sections {tag, flags, offset, size}).
func folderNames(content []byte) []string {
	word := func(at uint64) uint32 {
		if at+4 > uint64(len(content)) {
			return 0
		}
		return binary.LittleEndian.Uint32(content[at:])
	}
	extension := uint64(word(32))
	if extension == 0 || word(extension) != extensionMagic {
		return nil
	}
	for i := range min(uint64(word(extension+4)), maxSections) {
		section := extension + 8 + i*16
		if word(section) != hwcapsTag {
			continue
		}
		var names []string
		for at := range min(uint64(word(section+12))/4, maxFolders) {
			name, _ := cacheText(content, word(uint64(word(section+8))+at*4))
			names = append(names, name)
		}
		return names
	}
	return nil
}
