/** What people type, by command: the plain case first, then one that shows what it can besides. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  luthier: [
    'luthier',
    'luthier run examples/dnd.yaml --demo',
    'luthier generate --template mine.yaml --out rows.jsonl && luthier train rows.jsonl --model practice-small --watch',
  ],
  run: [
    'luthier run mine.yaml',
    'luthier run mine.yaml --provider openai --teacher gpt-4o --model gpt-4o-mini --cap 2',
  ],
  generate: [
    'luthier generate --template mine.yaml --out rows.jsonl',
    'luthier generate --template mine.yaml --out rows.jsonl --combinations 50 --seed 1 --cap 1',
    'luthier generate --template mine.yaml --out rows.jsonl --cover 3',
    'luthier generate --template mine.yaml --out rows.jsonl --provider openai --model gpt-4o-mini --batch --dry-run',
  ],
  import: [
    'luthier import clauses.csv --out clauses.jsonl --user "{text}" --assistant "{label}"',
    'luthier import hf:owner/name --out rows.jsonl --split train',
    'cat rows.tsv | luthier import - --format tsv --out rows.jsonl',
  ],
  split: [
    'luthier split rows.jsonl --train 0.8 --out-train train.jsonl --out-validation held.jsonl --seed 7 --by label',
    'luthier split rows.jsonl --train 0.8 --out-train train.jsonl --out-validation held.jsonl --hold-out race=elf,class=wizard --template mine.yaml',
  ],
  export: ['luthier export train.jsonl --validation held.jsonl --out nda-dataset --name NDA --license cc-by-4.0'],
  check: ['luthier check rows.jsonl --model gpt-4o-mini', 'luthier check rows.jsonl --fix mended.jsonl'],
  train: [
    'luthier train train.jsonl --model practice-small --validation held.jsonl --watch',
    'luthier train train.jsonl --provider openai --model gpt-4o-mini-2024-07-18 --epochs 3 --seed 7',
  ],
  jobs: ['luthier jobs', 'luthier jobs show ftjob-abc', 'luthier jobs events ftjob-abc --json'],
  deploy: [
    'luthier deploy ftjob-abc --provider fireworks --idle-stop 30',
    'luthier deploy ftjob-abc --provider nebius --download adapter',
  ],
  undeploy: ['luthier undeploy my-model'],
  deployments: ['luthier deployments'],
  files: ['luthier files --provider openai', 'luthier files delete file-abc'],
  models: [
    'luthier models',
    'luthier models --provider openai --filter "gpt tunable"',
    'luthier models pull Qwen/Qwen3-0.6B',
    'luthier models export ftjob-abc --to merged --out mine',
  ],
  savings: ['luthier savings --template mine.yaml --provider openai --teacher gpt-4o --model gpt-4o-mini'],
  coverage: ['luthier coverage --slots race,class', 'luthier coverage --slots race,pet --template mine.yaml --json'],
  projects: ['luthier projects', 'luthier projects --json'],
  providers: [
    'luthier providers',
    'luthier providers add lab --preset vllm --base-url http://127.0.0.1:8000/v1',
    'luthier providers test openai',
  ],
  chat: [
    'luthier chat --model practice-small "elf, wizard, crossbow, owl"',
    'git diff | luthier chat --model gpt-4o-mini --provider openai --system "Review this." -',
  ],
  eval: [
    'luthier eval held.jsonl --model practice-small --model ft:practice-small:me::abc --report report.html',
    'luthier eval held.jsonl --model gpt-4o-mini --provider openai --grader exact-ci --out answers.csv',
  ],
  batches: ['luthier batches', 'luthier batches --wait --provider openai'],
  bakeoff: [
    'luthier bakeoff rows.jsonl --target embedded:practice-small --target openai:gpt-4o-mini --validation held.jsonl --cap 5',
    'luthier bakeoff resume',
  ],
  track: ['luthier track sync --tracker mlflow', 'luthier track test'],
  wandb: ['luthier wandb list', 'luthier wandb sync --id ftjob-abc'],
  spending: ['luthier spending', 'luthier spending --project nda'],
  runner: [
    'luthier runner',
    'luthier runner install --cpu',
    'luthier runner script ftjob-abc --for slurm --processes 4 --out away',
    'luthier runner import away',
  ],
  doctor: ['luthier doctor', 'luthier doctor --recover'],
  completion: [
    'eval "$(luthier completion bash)"',
    'luthier completion fish > ~/.config/fish/completions/luthier.fish',
  ],
};

/** The examples of a command as its help shows them; empty for one without. */
export function examplesText(command: string): string {
  const lines = EXAMPLES[command] ?? [];
  return lines.length === 0 ? '' : `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
