/** Takes the command that a command line is for; it runs once yargs is done. */
export type Choose = (command: () => Promise<number>) => void;
