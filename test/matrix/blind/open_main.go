package main

import "os"

func main() { openAll(os.Args[1:]) }
